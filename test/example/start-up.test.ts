/** The seed's three steps of a start: connect, base schema, migrations; and only then the server listens. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { contents, createOldDatabase, query, schemaVersion } from "./database.ts";
import { copyExample, createFolder, launchServer, startServer } from "./example.ts";

const history = "SELECT version FROM lockstep_history ORDER BY version";
const users = "SELECT id, user_id FROM sessions ORDER BY id";
const tokens = "SELECT id, prompt_tokens, completion_tokens FROM responses ORDER BY id";

const backfilled = [
  { id: 1, prompt_tokens: 7, completion_tokens: 11 },
  { id: 2, prompt_tokens: null, completion_tokens: null },
  { id: 3, prompt_tokens: null, completion_tokens: null },
];

describe("a start of the example's server", { timeout: 120_000 }, () => {
  it("creates the folder and the database and brings it to the latest version before it listens", async (test) => {
    const databasePath = join(createFolder(test), "made", "on", "the", "way", "qwen.db");
    const server = await startServer(test, { databasePath });
    assert.equal(schemaVersion(databasePath), "3");
    const tables = query(databasePath, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    assert.deepEqual(
      tables.map(({ name }) => name),
      ["lockstep_history", "metadata", "requests", "responses", "sessions"],
    );
    assert.deepEqual(query(databasePath, "PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
    const health = await fetch(`${server.url}/health`);
    assert.deepEqual(await health.json(), { status: "ok", schemaVersion: 3 });
    assert.equal((await server.stop()).exitCode, 0);
  });

  it("does not listen while a migration runs", async (test) => {
    const folder = createFolder(test);
    const gate = join(folder, "gate");
    const setting = {
      folder: copyExample(test, { file: "004-wait.ts", text: waitingMigration }),
      databasePath: join(folder, "qwen.db"),
      port: await findFreePort(),
      environment: { GATE: gate },
    };
    const server = launchServer(test, setting);
    while (!server.output().includes("at the gate")) await sleep(10);
    await assert.rejects(reach(setting.port), { code: "ECONNREFUSED" });
    assert.equal(schemaVersion(setting.databasePath), "3");
    writeFileSync(gate, "");
    assert.equal(await server.listening, `http://127.0.0.1:${setting.port}`);
    assert.equal(schemaVersion(setting.databasePath), "4");
    await reach(setting.port);
  });

  it("takes over a database of the hand-written runner and keeps its rows", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1");
    const sessions = "SELECT id, created_at, last_used_at FROM sessions ORDER BY id";
    const kept = [sessions, "SELECT * FROM requests", "SELECT id, request_id, body FROM responses"];
    const before = kept.map((sql) => query(databasePath, sql));
    const server = await startServer(test, { databasePath });
    await server.stop();
    assert.deepEqual(
      kept.map((sql) => query(databasePath, sql)),
      before,
    );
    assert.equal(schemaVersion(databasePath), "3");
    assert.deepEqual(query(databasePath, "SELECT value FROM metadata WHERE key = 'installed_at'"), [
      { value: "2025-02-03" },
    ]);
    assert.deepEqual(query(databasePath, users), [
      { id: "s1", user_id: null },
      { id: "s2", user_id: null },
    ]);
    assert.deepEqual(query(databasePath, tokens), backfilled);
  });

  it("goes on from the column that the hand-written runner's rollback left behind", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1 with the column of version 2");
    await (await startServer(test, { databasePath })).stop();
    assert.equal(schemaVersion(databasePath), "3");
    assert.deepEqual(query(databasePath, "SELECT name FROM sqlite_schema WHERE name = 'idx_sessions_user_id'"), [
      { name: "idx_sessions_user_id" },
    ]);
  });

  it("runs only what the hand-written runner had not run", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 2");
    await (await startServer(test, { databasePath })).stop();
    assert.equal(schemaVersion(databasePath), "3");
    assert.deepEqual(query(databasePath, users), [
      { id: "s1", user_id: "ann" },
      { id: "s2", user_id: null },
    ]);
    assert.deepEqual(query(databasePath, tokens), backfilled);
  });

  it("does nothing to a database that is up to date", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1");
    await (await startServer(test, { databasePath })).stop();
    const before = contents(databasePath);
    const second = await startServer(test, { databasePath });
    const { stdout } = await second.stop();
    assert.deepEqual(contents(databasePath), before);
    assert.match(stdout, /^qwen-proxy listening on \S+\n$/);
  });

  it("ends with the error and an unchanged database where a migration fails", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1");
    await (await startServer(test, { databasePath })).stop();
    const before = contents(databasePath);
    const folder = copyExample(test, { file: "004-broken.sql", text: brokenMigration });
    const server = launchServer(test, { databasePath, folder });
    assert.equal(await server.listening, undefined);
    const { exitCode, stderr } = await server.ended;
    assert.equal(exitCode, 1);
    assert.match(stderr, /no such column: emial/);
    assert.match(stderr, /004-broken\.sql:3/);
    assert.match(stderr, /state: rolled back, database at version 3/);
    assert.deepEqual(contents(databasePath), before);
    // The build without that migration still runs on it.
    await startServer(test, { databasePath });
  });

  it("works when two servers start at once on one new database", async (test) => {
    for (let round = 0; round < 5; round++) {
      const databasePath = join(createFolder(test), "qwen.db");
      const servers = await Promise.all([startServer(test, { databasePath }), startServer(test, { databasePath })]);
      assert.equal(schemaVersion(databasePath), "3");
      assert.deepEqual(
        query(databasePath, history).map(({ version }) => version),
        [1, 2, 3],
      );
      for (const server of servers) assert.equal((await server.stop()).exitCode, 0);
    }
  });

  it("says which setting is missing and does not touch the disk", async (test) => {
    const databasePath = join(createFolder(test), "made", "qwen.db");
    const server = launchServer(test, { databasePath, environment: { QWEN_API_KEY: "" } });
    const { exitCode, stderr } = await server.ended;
    assert.equal(exitCode, 1);
    assert.match(stderr, /QWEN_API_KEY is not set/);
    assert.equal(existsSync(databasePath), false);
  });
});

const waitingMigration = `
  import { existsSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  export async function up(): Promise<void> {
    console.log("at the gate");
    while (!existsSync(process.env["GATE"] ?? "")) await sleep(10);
  }
`;

const brokenMigration = `DELETE FROM responses;
CREATE TABLE notes (id INTEGER PRIMARY KEY);
UPDATE sessions SET user_id = emial;
`;

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function reach(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
}
