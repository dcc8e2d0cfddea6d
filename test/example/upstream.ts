/** An OpenAI-compatible upstream in the test's own process, whose every answer the test decides. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the proxy sent. */
interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Writes the answer to one request. */
type Answer = (response: ServerResponse, request: ReceivedRequest) => unknown;

/** The upstream. `answer` may be replaced between requests. */
export interface Upstream {
  /** For `QWEN_BASE_URL`. */
  readonly url: string;
  readonly received: ReceivedRequest[];
  answer: Answer;
  close(): Promise<void>;
}

/** Starts an upstream on a free port. */
export async function startUpstream(answer: Answer): Promise<Upstream> {
  const received: ReceivedRequest[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const entry = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      received.push(entry);
      upstream.answer(response, entry);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    answer,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return upstream;
}

/** Answers with JSON. */
export function answerJson(value: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", "x-request-id": "upstream-1" });
    response.end(JSON.stringify(value));
  };
}

/** One server-sent event with a chunk of a streamed completion. */
export function event(chunk: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify({ id: "chat-1", object: "chat.completion.chunk", model: "qwen-max", ...chunk })}\n\n`;
}

/** An event that adds to the first choice. */
export function deltaEvent(delta: Readonly<Record<string, unknown>>, finishReason: string | null = null): string {
  return event({ choices: [{ index: 0, delta, finish_reason: finishReason }] });
}
