/** The server: brings the database up to date, and only then listens. Ends cleanly on SIGINT and SIGTERM. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { LockstepError } from "lockstep";
import { createApp } from "./app.ts";
import { readConfiguration } from "./configuration.ts";
import { initializeDatabase } from "./database/connection.ts";
import { Recorder } from "./recorder.ts";

/** How long requests under way may still take once the server is asked to stop, in milliseconds. */
const shutdownGraceMs = 10_000;

async function main(): Promise<void> {
  // The handlers come first, so that a signal during a long migration lets the migration finish.
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const { host, port, databasePath, upstream, bodyLimitBytes } = readConfiguration(process.env);
  const { database, runner } = await initializeDatabase(databasePath);
  const recorder = new Recorder(database);
  try {
    const app = createApp({ recorder, upstream, bodyLimitBytes, schemaVersion: () => runner.getCurrentVersion() });
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    server.listen(port, host);
    await once(server, "listening");
    closeWhenDone(server);
    console.log(`qwen-proxy listening on http://${host}:${(server.address() as AddressInfo).port}`);
    await stopped;
    await stop(server);
  } finally {
    recorder.close();
    database.close();
  }
}

/** While the server stops, closes each connection whose last response is out; a client may hold it open for long. */
function closeWhenDone(server: Server): void {
  server.on("request", (_request, response) => {
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
}

/** Accepts nothing new, lets what is under way end, and cuts off what takes too long. */
async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, shutdownGraceMs);
  await closed;
  clearTimeout(cut);
}

try {
  await main();
} catch (error) {
  // A LockstepError's message is the whole story: what, where, the state of the database, what to do.
  console.error(error instanceof LockstepError ? error.message : error);
  process.exitCode = 1;
}
