/** The application: which request gets which answer. It knows nothing of sockets and can be called with a Request. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { apiError } from "./api-error.ts";
import { parseObject } from "./completion.ts";
import type { Upstream } from "./configuration.ts";
import { forward } from "./proxy.ts";
import type { Recorder } from "./recorder.ts";

/** What the application works with. */
interface AppOptions {
  readonly recorder: Recorder;
  readonly upstream: Upstream;
  readonly bodyLimitBytes: number;
  /** The version of the database now, not at the start. */
  readonly schemaVersion: () => Promise<number>;
}

/** A session's name goes into a header and an index: printable and not endless. */
const sessionIdPattern = /^[\x21-\x7e]{1,128}$/;

/** Builds the routes. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  const limit = bodyLimit({
    maxSize: options.bodyLimitBytes,
    onError: (context) => context.json(apiError("invalid_request_error", "The request body is too large."), 413),
  });
  app.get("/health", async (context) => {
    return context.json({ status: "ok", schemaVersion: await options.schemaVersion() });
  });
  app.post("/v1/chat/completions", limit, (context) => complete(context, options));
  app.notFound((context) => {
    const message = `There is no ${context.req.method} ${context.req.path} here.`;
    return context.json(apiError("invalid_request_error", message, "not_found"), 404);
  });
  app.onError((error, context) => {
    console.error(error);
    return context.json(apiError("server_error", "The proxy failed."), 500);
  });
  return app;
}

async function complete(context: Context, { recorder, upstream }: AppOptions): Promise<Response> {
  const body = await context.req.text();
  const request = parseObject(body);
  if (request === undefined) {
    return context.json(
      apiError("invalid_request_error", "The request body is not a JSON object.", "invalid_json"),
      400,
    );
  }
  const sessionId = context.req.header("x-session-id") ?? randomUUID();
  if (!sessionIdPattern.test(sessionId)) {
    const message = "X-Session-Id must be 1 to 128 printable characters without spaces.";
    return context.json(apiError("invalid_request_error", message, "invalid_session_id"), 400);
  }
  const { user, model, stream } = request;
  const exchange = recorder.begin({
    sessionId,
    userId: typeof user === "string" ? user : null,
    model: typeof model === "string" ? model : null,
    stream: stream === true,
    body,
  });
  const { headers, signal } = context.req.raw;
  const response = await forward({ upstream, exchange, headers, body, signal });
  response.headers.set("X-Session-Id", sessionId);
  return response;
}
