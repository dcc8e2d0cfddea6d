/** The proxy: sends a request to the upstream and passes the answer on while it arrives, recording it on the way. */
import { proxy as fetchForProxy } from "hono/proxy";
import { apiError } from "./api-error.ts";
import type { Upstream } from "./configuration.ts";
import type { Exchange } from "./recorder.ts";
import { createTranscript } from "./transcript.ts";
import type { Transcript } from "./transcript.ts";

/** One request on its way. */
interface Forwarding {
  readonly upstream: Upstream;
  readonly exchange: Exchange;
  readonly headers: Headers;
  readonly body: string;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

/** The client's headers that mean something to the upstream. Its cookies and its key do not. */
const forwardedHeaders = ["accept", "content-type", "user-agent", "idempotency-key", "x-dashscope-sse"] as const;

const clientLeft = "the client left";

/** Forwards a chat completion. Gives the upstream's response, or 502 where there is none. */
export async function forward(forwarding: Forwarding): Promise<Response> {
  const { upstream, exchange, body, signal } = forwarding;
  let response: Response;
  try {
    // Hono's helper drops the headers that belong to one connection, and those of an encoding that fetch has undone.
    response = await fetchForProxy(`${upstream.baseUrl}/chat/completions`, {
      method: "POST",
      headers: requestHeaders(forwarding),
      body,
      signal,
      redirect: "manual",
    });
  } catch (error) {
    return refuse(error, forwarding);
  }
  const { status, statusText, headers } = response;
  const transcript = createTranscript(headers.get("content-type"));
  exchange.answer(status, () => transcript.toText());
  if (response.body === null) exchange.finish("complete", null);
  const recorded = response.body === null ? null : record(response.body, { transcript, exchange, signal });
  return new Response(recorded, { status, statusText, headers });
}

function requestHeaders({ headers, upstream }: Forwarding): Headers {
  const chosen = new Headers({ authorization: `Bearer ${upstream.apiKey}` });
  for (const name of forwardedHeaders) {
    const value = headers.get(name);
    if (value !== null) chosen.set(name, value);
  }
  return chosen;
}

function refuse(error: unknown, { exchange, signal }: Forwarding): Response {
  if (signal.aborted) {
    exchange.finish("aborted", clientLeft);
    return new Response(null, { status: 499 });
  }
  const reason = describe(error);
  const body = JSON.stringify(apiError("upstream_error", "The upstream cannot be reached.", "upstream_unreachable"));
  exchange.answer(502, () => body);
  exchange.finish("failed", reason);
  console.error(`The upstream cannot be reached: ${reason}`);
  return new Response(body, { status: 502, headers: { "content-type": "application/json" } });
}

interface Recording {
  readonly transcript: Transcript;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
}

/** The same body, chunk by chunk and never faster than the client reads, with its end written down before it is passed on. */
function record(body: ReadableStream<Uint8Array>, recording: Recording): ReadableStream<Uint8Array> {
  const { transcript, exchange, signal } = recording;
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          exchange.finish("complete", null);
          controller.close();
        } else {
          transcript.add(value);
          controller.enqueue(value);
        }
      } catch (error) {
        if (signal.aborted) exchange.finish("aborted", clientLeft);
        else exchange.finish("failed", describe(error));
        controller.error(error);
      }
    },
    async cancel(reason) {
      exchange.finish("aborted", clientLeft);
      await reader.cancel(reason);
    },
  });
}

/** The words of an error, with those of its cause: fetch says "fetch failed" and hides why in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const detail = cause === undefined ? "" : cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
  return detail === "" ? error.message : `${error.message}: ${detail}`;
}
