/** The example's `scripts/migrate.ts`: what `status`, `up` and `down` print, do and refuse. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { contents, createOldDatabase, query, schemaVersion } from "./database.ts";
import { copyExample, createFolder, runScript, startServer } from "./example.ts";
import type { Ended } from "./example.ts";

/** What was printed, without durations and the folder of the test. */
function transcript({ stdout }: Ended, databasePath: string): readonly string[] {
  const text = stdout.replaceAll(databasePath, "qwen.db").replaceAll(/in [\d.]+ ms/g, "in N ms");
  return text.trimEnd().split("\n");
}

// "Initial schema" is from the file's name: a migration that lockstep never ran is not imported to ask for its own.
describe("the example's migrate script", { timeout: 120_000 }, () => {
  it("shows, applies and rolls back migrations", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1");
    const run = async (...words: readonly string[]): Promise<readonly string[]> => {
      const ended = await runScript({ databasePath }, ...words);
      assert.equal(ended.exitCode, 0, ended.stderr);
      return transcript(ended, databasePath);
    };
    assert.deepEqual(await run("status"), [
      "Database: qwen.db",
      "Current version: 1",
      "Migrations:",
      "  ✓ 001 Initial schema (applied)",
      "  ○ 002 Add user field (pending)",
      "  ○ 003 Add token usage (pending)",
    ]);
    assert.deepEqual(await run("up"), [
      "[Migration 002 Add user field] up",
      "✓ Migration 002 completed in N ms",
      "[Migration 003 Add token usage] up",
      "✓ Migration 003 completed in N ms",
      "Migrations applied: 2",
      "Current version: 3",
    ]);
    assert.deepEqual(await run("up"), ["Nothing to do.", "Current version: 3"]);
    assert.deepEqual(await run("down", "--yes"), [
      "[Migration 003 Add token usage] down",
      "✓ Migration 003 completed in N ms",
      "Migrations rolled back: 1",
      "Current version: 2",
    ]);
    assert.deepEqual(await run("down"), [
      "[Migration 002 Add user field] down",
      "✓ Migration 002 completed in N ms",
      "Migrations rolled back: 1",
      "Current version: 1",
    ]);
    assert.deepEqual(await run("status"), [
      "Database: qwen.db",
      "Current version: 1",
      "Migrations:",
      "  ✓ 001 Initial schema (applied)",
      "  ○ 002 Add user field (pending)",
      "  ○ 003 Add token usage (pending)",
    ]);
  });

  it("refuses a rollback that would lose values, names them, and loses them only when told to", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 1");
    await runScript({ databasePath }, "up");
    const tokens = "SELECT id, prompt_tokens, completion_tokens FROM responses ORDER BY id";
    const filledIn = query(databasePath, tokens);
    const before = contents(databasePath);
    const refused = await runScript({ databasePath }, "down");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^Warning: this rolls back 003 Add token usage\.$/m);
    assert.match(refused.stderr, /1 value of responses\.prompt_tokens/);
    assert.match(refused.stderr, /1 value of responses\.completion_tokens/);
    assert.deepEqual(contents(databasePath), before);
    assert.equal((await runScript({ databasePath }, "down", "--yes")).exitCode, 0);
    assert.equal(schemaVersion(databasePath), "2");
    // The way up fills the columns from the recorded JSON again.
    assert.equal((await runScript({ databasePath }, "up")).exitCode, 0);
    assert.deepEqual(query(databasePath, tokens), filledIn);
  });

  it("can go all the way down, and the next start of the server goes all the way up", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    assert.equal((await runScript({ databasePath }, "up")).exitCode, 0);
    assert.equal(schemaVersion(databasePath), "3");
    for (const version of ["2", "1", "0"]) {
      const { exitCode, stderr } = await runScript({ databasePath }, "down");
      assert.equal(exitCode, 0, stderr);
      assert.equal(schemaVersion(databasePath), version);
    }
    assert.deepEqual(
      query(databasePath, "SELECT name FROM sqlite_schema WHERE name IN ('sessions', 'requests', 'responses')"),
      [],
    );
    await (await startServer(test, { databasePath })).stop();
    assert.equal(schemaVersion(databasePath), "3");
    assert.deepEqual(query(databasePath, "SELECT count(*) AS n FROM responses"), [{ n: 0 }]);
  });

  it("makes the same schema by hand as the server makes at its start", async (test) => {
    const folder = createFolder(test);
    const byHand = join(folder, "by-hand.db");
    const byServer = join(folder, "by-server.db");
    await runScript({ databasePath: byHand }, "up");
    await (await startServer(test, { databasePath: byServer })).stop();
    const tables =
      "SELECT name, sql FROM sqlite_schema WHERE tbl_name NOT IN ('metadata', 'lockstep_history') ORDER BY name";
    assert.deepEqual(query(byHand, tables), query(byServer, tables));
  });

  it("shows the status of a database that is not there without creating it", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    const ended = await runScript({ databasePath }, "status");
    assert.equal(ended.exitCode, 0, ended.stderr);
    assert.equal(transcript(ended, databasePath)[1], "Current version: 0");
    assert.equal(existsSync(databasePath), false);
  });

  it("ends with 1 and the error where a migration fails, with what came before it kept", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    createOldDatabase(databasePath, "version 2");
    const folder = copyExample(test, { file: "004-broken.ts", text: brokenMigration });
    const ended = await runScript({ databasePath, folder }, "up");
    assert.equal(ended.exitCode, 1);
    assert.match(ended.stderr, /the disk is on fire/);
    assert.match(ended.stderr, /004-broken\.ts:3/);
    assert.match(ended.stderr, /database at version 3/);
    assert.equal(schemaVersion(databasePath), "3");
    assert.deepEqual(query(databasePath, "SELECT count(*) AS n FROM sessions"), [{ n: 2 }]);
  });

  it("explains itself where the command is unknown", async (test) => {
    const databasePath = join(createFolder(test), "qwen.db");
    const { exitCode, stderr } = await runScript({ databasePath }, "sideways");
    assert.equal(exitCode, 2);
    assert.match(stderr, /^Usage: node scripts\/migrate\.ts <command>/);
    assert.equal(existsSync(databasePath), false);
  });
});

const brokenMigration = `export function up(db: import("node:sqlite").DatabaseSync): void {
  db.exec("DELETE FROM sessions");
  throw new Error("the disk is on fire");
}
`;
