/** The example as a proxy: what the client gets, what the upstream gets, and what is recorded. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { query } from "./database.ts";
import type { Row } from "./database.ts";
import { createDeferred } from "./deferred.ts";
import { createFolder, startServer, SuiteScope } from "./example.ts";
import type { Server } from "./example.ts";
import { answerJson, deltaEvent, event, startUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

const completion = {
  id: "chat-1",
  object: "chat.completion",
  model: "qwen-max",
  choices: [{ index: 0, message: { role: "assistant", content: "Grüße" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
};

describe("the example's proxy", { timeout: 120_000 }, () => {
  const suite = new SuiteScope();
  let upstream: Upstream;
  let server: Server;
  let databasePath: string;

  before(async () => {
    databasePath = join(createFolder(suite), "qwen.db");
    upstream = await startUpstream(answerJson(completion));
    suite.after(() => upstream.close());
    server = await startServer(suite, {
      databasePath,
      upstreamUrl: upstream.url,
      environment: { BODY_LIMIT_BYTES: "20000" },
    });
  });
  afterEach(() => {
    upstream.answer = answerJson(completion);
    upstream.received.length = 0;
  });
  after(() => suite.end());

  const post = (body: string, init: RequestInit = {}): Promise<Response> => {
    return fetch(`${server.url}/v1/chat/completions`, {
      ...init,
      method: "POST",
      headers: { "content-type": "application/json", ...(init.headers as Record<string, string> | undefined) },
      body,
    });
  };
  const recordOf = (sessionId: string | null): Row | undefined => query(databasePath, exchangesOf(sessionId ?? ""))[0];
  const waitForRecord = async (sessionId: string): Promise<Row> => {
    for (;;) {
      const row = recordOf(sessionId);
      if (row !== undefined && row["outcome"] !== null) return row;
      await sleep(20);
    }
  };

  it("forwards a request with its own key and gives back what the upstream says", async () => {
    const body = '{ "model": "qwen-max",  "messages": [] }';
    const response = await post(body, {
      headers: { authorization: "Bearer the-clients-key", cookie: "a=b", "user-agent": "me/1" },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("x-request-id"), "upstream-1");
    assert.deepEqual(await response.json(), completion);
    const [received, ...others] = upstream.received;
    assert.deepEqual(others, []);
    assert.equal(received?.method, "POST");
    assert.equal(received.path, "/v1/chat/completions");
    assert.equal(received.body, body);
    assert.equal(received.headers.authorization, "Bearer the-proxys-own-key");
    assert.equal(received.headers.cookie, undefined);
    assert.equal(received.headers["user-agent"], "me/1");
  });

  it("records an exchange in the three tables, with its tokens", async () => {
    const body = '{"model":"qwen-max","user":"ann","messages":[{"role":"user","content":"hi"}]}';
    const response = await post(body);
    await response.text();
    const sessionId = response.headers.get("x-session-id");
    assert.match(sessionId ?? "", /^[0-9a-f-]{36}$/);
    const { session_id, created_at, request_created_at, response_created_at, duration_ms, ...rest } =
      recordOf(sessionId) ?? {};
    assert.equal(session_id, sessionId);
    for (const time of [created_at, request_created_at, response_created_at]) {
      assert.equal(new Date(String(time)).toISOString(), time);
    }
    assert.ok(Number.isInteger(duration_ms));
    assert.deepEqual(rest, {
      user_id: "ann",
      model: "qwen-max",
      stream: 0,
      request_body: body,
      outcome: "complete",
      status: 200,
      response_body: JSON.stringify(completion),
      error: null,
      prompt_tokens: 12,
      completion_tokens: 5,
    });
  });

  it("keeps the session that the client names, and the user it once named", async () => {
    const headers = { "x-session-id": "my-session" };
    for (const body of ['{"user":"bob"}', "{}", '{"user":7}']) {
      const response = await post(body, { headers });
      assert.equal(response.headers.get("x-session-id"), "my-session");
      await response.text();
    }
    assert.deepEqual(query(databasePath, "SELECT user_id FROM sessions WHERE id = 'my-session'"), [{ user_id: "bob" }]);
    assert.equal(query(databasePath, exchangesOf("my-session")).length, 3);
  });

  it("passes a stream on chunk by chunk, and records the whole answer", async () => {
    const { promise: firstIsRead, resolve: readFirst } = createDeferred<void>();
    upstream.answer = async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      response.write(deltaEvent({ role: "assistant", content: "Grü" }));
      // A proxy that collects the answer before it passes it on never gets beyond this line.
      await firstIsRead;
      // The second event arrives in two pieces, cut within a letter of two bytes.
      const bytes = Buffer.from(deltaEvent({ content: "ße" }, "stop"));
      const middle = bytes.indexOf("ß") + 1;
      response.write(bytes.subarray(0, middle));
      await sleep(20);
      response.write(bytes.subarray(middle));
      response.write(event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }));
      response.end("data: [DONE]\n\n");
    };
    const response = await post('{"model":"qwen-max","stream":true}');
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      chunks.push(decoder.decode(chunk as Uint8Array, { stream: true }));
      readFirst();
    }
    assert.equal(chunks[0], deltaEvent({ role: "assistant", content: "Grü" }));
    const expected = [
      deltaEvent({ role: "assistant", content: "Grü" }),
      deltaEvent({ content: "ße" }, "stop"),
      event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }),
      "data: [DONE]\n\n",
    ];
    assert.equal(chunks.join(""), expected.join(""));
    const row = recordOf(response.headers.get("x-session-id"));
    assert.equal(row?.["stream"], 1);
    assert.equal(row["outcome"], "complete");
    assert.equal(row["prompt_tokens"], 3);
    assert.equal(row["completion_tokens"], 2);
    assert.deepEqual(JSON.parse(String(row["response_body"])), {
      id: "chat-1",
      object: "chat.completion",
      model: "qwen-max",
      usage: { prompt_tokens: 3, completion_tokens: 2 },
      choices: [{ index: 0, message: { role: "assistant", content: "Grüße" }, finish_reason: "stop" }],
    });
  });

  it("puts together the tool calls and the several choices of a stream", async () => {
    const call = (index: number, rest: object): string => deltaEvent({ tool_calls: [{ index, ...rest }] });
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event({ choices: [{ index: 1, delta: { content: "other" }, finish_reason: null }] }));
      response.write(deltaEvent({ role: "assistant", content: null, reasoning_content: "well" }));
      response.write(deltaEvent({ reasoning_content: ", then" }));
      response.write(call(0, { id: "call-1", type: "function", function: { name: "add", arguments: '{"a":' } }));
      response.write(call(1, { id: "call-2", type: "function", function: { name: "now", arguments: "{}" } }));
      response.write(call(0, { id: "", function: { name: "", arguments: "1}" } }).replaceAll("\n", "\r\n"));
      response.end(deltaEvent({}, "tool_calls"));
    };
    const response = await post('{"stream":true}');
    await response.text();
    const row = recordOf(response.headers.get("x-session-id"));
    const body = JSON.parse(String(row?.["response_body"])) as { choices: unknown };
    assert.deepEqual(body.choices, [
      {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          reasoning_content: "well, then",
          tool_calls: [
            { index: 0, id: "call-1", type: "function", function: { name: "add", arguments: '{"a":1}' } },
            { index: 1, id: "call-2", type: "function", function: { name: "now", arguments: "{}" } },
          ],
        },
        finish_reason: "tool_calls",
      },
      { index: 1, message: { content: "other" }, finish_reason: null },
    ]);
  });

  it("passes on and records what the upstream compressed as the text that it is", async () => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(completion)));
    };
    const response = await post("{}");
    assert.equal(response.headers.get("content-encoding"), null);
    assert.deepEqual(await response.json(), completion);
    const row = recordOf(response.headers.get("x-session-id"));
    assert.equal(row?.["response_body"], JSON.stringify(completion));
  });

  it("passes on and records an error of the upstream", async () => {
    const error = { error: { message: "slow down", type: "rate_limit", param: null, code: "429" } };
    upstream.answer = answerJson(error, 429);
    const response = await post("{}");
    assert.equal(response.status, 429);
    assert.deepEqual(await response.json(), error);
    const row = recordOf(response.headers.get("x-session-id"));
    assert.equal(row?.["outcome"], "complete");
    assert.equal(row["status"], 429);
    assert.equal(row["response_body"], JSON.stringify(error));
    assert.equal(row["prompt_tokens"], null);
  });

  it("cancels the upstream and records what had come when the client leaves in the middle of a stream", async () => {
    const { promise: upstreamLeft, resolve } = createDeferred<void>();
    upstream.answer = (response) => {
      response.on("close", resolve);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(deltaEvent({ role: "assistant", content: "Once upon" }));
    };
    const client = new AbortController();
    const response = await post('{"stream":true}', {
      headers: { "x-session-id": "left-midway" },
      signal: client.signal,
    });
    await response.body?.getReader().read();
    client.abort();
    await upstreamLeft;
    const row = await waitForRecord("left-midway");
    assert.equal(row["outcome"], "aborted");
    assert.equal(row["status"], 200);
    assert.match(String(row["response_body"]), /"content":"Once upon"/);
  });

  it("cancels the upstream when the client leaves before there is an answer", async () => {
    const { promise: upstreamAsked, resolve } = createDeferred<ServerResponse>();
    upstream.answer = resolve;
    const client = new AbortController();
    const response = post("{}", { headers: { "x-session-id": "left-early" }, signal: client.signal });
    const closed = once(await upstreamAsked, "close");
    client.abort();
    await assert.rejects(response, { name: "AbortError" });
    await closed;
    const row = await waitForRecord("left-early");
    assert.equal(row["outcome"], "aborted");
    assert.equal(row["status"], null);
    assert.equal(row["response_body"], null);
  });

  it("breaks off and records a failure when the upstream breaks off", async () => {
    upstream.answer = async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(deltaEvent({ role: "assistant", content: "Once" }));
      await sleep(50);
      response.destroy();
    };
    const response = await post('{"stream":true}', { headers: { "x-session-id": "broken-off" } });
    await assert.rejects(response.text());
    const row = await waitForRecord("broken-off");
    assert.equal(row["outcome"], "failed");
    assert.match(String(row["error"]), /terminated/);
    assert.match(String(row["response_body"]), /"content":"Once"/);
  });

  it("answers 400 to what is no JSON object, 413 to what is too large, 404 to what is not there, and records none of them", async () => {
    const counts = (): readonly Row[] =>
      query(databasePath, "SELECT (SELECT count(*) FROM requests), (SELECT count(*) FROM sessions)");
    const atFirst = counts();
    const replies = [
      [await post("{"), 400, "The request body is not a JSON object."],
      [await post("[]"), 400, "The request body is not a JSON object."],
      [await post("{}", { headers: { "x-session-id": "two words" } }), 400, "X-Session-Id must be 1 to 128"],
      [await post(JSON.stringify({ padding: "x".repeat(20_000) })), 413, "The request body is too large."],
      [await fetch(`${server.url}/v1/models`), 404, "There is no GET /v1/models here."],
    ] as const;
    for (const [response, status, message] of replies) {
      assert.equal(response.status, status);
      const { error } = (await response.json()) as { error: { message: string; type: string } };
      assert.ok(error.message.startsWith(message), error.message);
      assert.equal(error.type, "invalid_request_error");
    }
    assert.deepEqual(counts(), atFirst);
    assert.deepEqual(upstream.received, []);
  });
});

describe("the example's proxy without its upstream", { timeout: 120_000 }, () => {
  it("answers 502 in the shape of the API and records the failure", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    const upstream = await startUpstream(answerJson({}));
    await upstream.close();
    const server = await startServer(test, { databasePath, upstreamUrl: upstream.url });
    const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    assert.equal(response.status, 502);
    const error = {
      message: "The upstream cannot be reached.",
      type: "upstream_error",
      param: null,
      code: "upstream_unreachable",
    };
    assert.deepEqual(await response.json(), { error });
    const [row] = query(databasePath, exchangesOf(response.headers.get("x-session-id") ?? ""));
    assert.equal(row?.["outcome"], "failed");
    assert.equal(row["status"], 502);
    assert.match(String(row["error"]), /ECONNREFUSED/);
  });
});

describe("the end of the example's server", { timeout: 120_000 }, () => {
  it("waits for an exchange that is under way, and accepts no other", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    const { promise: upstreamAsked, resolve } = createDeferred<ServerResponse>();
    const upstream = await startUpstream(resolve);
    test.after(() => upstream.close());
    const server = await startServer(test, { databasePath, upstreamUrl: upstream.url });
    const url = `${server.url}/v1/chat/completions`;
    const reply = fetch(url, { method: "POST", body: "{}" });
    const response = await upstreamAsked;
    server.signal("SIGTERM");
    const isRefused = (): Promise<boolean> =>
      fetch(`${server.url}/health`, { headers: { connection: "close" } }).then(
        () => false,
        () => true,
      );
    while (!(await isRefused())) await sleep(10);
    response.end("late");
    assert.equal(await (await reply).text(), "late");
    const { exitCode, stderr } = await server.ended;
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(query(databasePath, "SELECT outcome, body FROM responses"), [
      { outcome: "complete", body: "late" },
    ]);
  });
});

function exchangesOf(sessionId: string): string {
  return `
    SELECT
      sessions.id AS session_id, sessions.created_at, user_id, model, stream, requests.body AS request_body,
      requests.created_at AS request_created_at, outcome, status, responses.body AS response_body, error, duration_ms,
      prompt_tokens, completion_tokens, responses.created_at AS response_created_at
    FROM sessions
    JOIN requests ON requests.session_id = sessions.id
    LEFT JOIN responses ON responses.request_id = requests.id
    WHERE sessions.id = '${sessionId}'
    ORDER BY requests.id`;
}
