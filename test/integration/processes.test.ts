/** Two processes: one that waits for another, two with the same late migration, and one that is killed in the middle of its work. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate } from "../../src/index.ts";
import { launch } from "../support/child.ts";
import { lookUp } from "../support/oracle.ts";
import { project } from "../support/project.ts";
import { readState } from "../support/state.ts";

/** A migration that says that it is under way and ends when a file appears. */
const waiting = (gate: string, transaction: boolean): string => `
  import { existsSync, writeSync } from "node:fs";
  export const transaction = ${transaction};
  export function up(db) {
    db.exec("CREATE TABLE held (a); INSERT INTO held VALUES (1)");
    writeSync(1, "holding\\n");
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(${JSON.stringify(gate)})) Atomics.wait(cell, 0, 0, 10);
  }
`;

for (const transaction of [true, false]) {
  describe(`a process that starts while another one runs code ${transaction ? "in" : "without"} a transaction`, () => {
    it("waits, says so, and goes on with what is left", async () => {
      const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
      const gate = made.path("gate");
      made.add({ "002-hold.mjs": waiting(gate, transaction) });
      const [first, second] = await Promise.all([launch(made.options), launch(made.options)]);
      first.start();
      await first.line("holding");
      made.add({ "003-c.sql": "CREATE TABLE c (x)" });
      second.start();
      await second.line('{"event":"waiting"}');
      writeFileSync(gate, "");
      const [one, two] = await Promise.all([first.ended, second.ended]);
      assert.deepEqual([one.exitCode, two.exitCode], [0, 0]);
      assert.deepEqual(
        one.report?.applied.map(({ version }) => version),
        [1, 2],
      );
      assert.deepEqual(
        two.report?.applied.map(({ version }) => version),
        [3],
      );
      assert.ok(two.events.includes("migration_skipped"));
      assert.deepEqual(lookUp(made.database, "SELECT version FROM lockstep_history"), [1, 2, 3]);
      assert.deepEqual(lookUp(made.database, "SELECT a FROM held"), [1]);
    });

    it("gives up after its time-out, names the wait, and changes nothing", async () => {
      const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
      const gate = made.path("gate");
      made.add({ "002-hold.mjs": waiting(gate, transaction) });
      const [first, second] = await Promise.all([launch(made.options), launch({ ...made.options, lockTimeoutMs: 50 })]);
      first.start();
      await first.line("holding");
      const before = readState(made.database);
      second.start();
      const { exitCode, error, problem = "", events } = await second.ended;
      assert.deepEqual([exitCode, error], [1, "database_locked"]);
      assert.match(problem, /^another connection holds the database; waited \d+ ms for it$/);
      assert.equal(events.includes("migration_started"), false);
      assert.deepEqual(readState(made.database), before);
      writeFileSync(gate, "");
      assert.equal((await first.ended).exitCode, 0);
      assert.deepEqual(lookUp(made.database, "SELECT version FROM lockstep_history"), [1, 2]);
      assert.deepEqual(lookUp(made.database, "SELECT a FROM held"), [1]);
    });
  });
}

describe("two processes that start at once with the same late migration", () => {
  for (const mode of ["DELETE", "WAL"]) {
    it(`prove it both, and one of them applies it: journal mode ${mode}`, async () => {
      const made = project({ "001-users.sql": "CREATE TABLE users (name)", "003-posts.sql": "CREATE TABLE posts (x)" });
      await migrate(made.options);
      const holder = new DatabaseSync(made.database);
      holder.exec(`PRAGMA journal_mode = ${mode}`);
      made.add({ "002-tags.sql": "CREATE TABLE tags (name); INSERT INTO tags VALUES ('a')" });
      const options = { ...made.options, outOfOrder: "if-commutes", lockTimeoutMs: 300_000 } as const;
      const children = await Promise.all([launch(options), launch(options)]);
      // Nobody can write, so that both have read the same database, and planned the same, before one of them goes on.
      holder.exec("BEGIN IMMEDIATE");
      for (const child of children) child.start();
      await Promise.all(children.map((child) => child.line('{"event":"waiting"}')));
      holder.exec("ROLLBACK");
      const ends = await Promise.all(children.map((child) => child.ended));
      assert.deepEqual(
        ends.map(({ exitCode, error }) => [exitCode, error]),
        [
          [0, undefined],
          [0, undefined],
        ],
      );
      const [first, second] = ends.toSorted(
        (one, two) => Number(two.report?.applied.length) - Number(one.report?.applied.length),
      );
      assert.deepEqual(
        [first, second].map((end) => end?.report?.applied.map(({ version }) => version)),
        [[2], []],
      );
      assert.deepEqual(
        [first, second].map((end) => end?.events.filter((event) => event.startsWith("migration_"))),
        [["migration_started", "migration_finished"], ["migration_skipped"]],
      );
      assert.deepEqual([first?.report?.toVersion, second?.report?.toVersion], [3, 3]);
      assert.deepEqual(lookUp(made.database, "SELECT version FROM lockstep_history ORDER BY version"), [1, 2, 3]);
      assert.deepEqual(lookUp(made.database, "SELECT name FROM tags"), ["a"]);
      assert.equal(readState(made.database).metadata?.["schema_version"], "3");
      // No lock remains: another connection has the whole file at once, and a start has nothing to do.
      holder.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE; ROLLBACK");
      holder.close();
      assert.deepEqual((await migrate({ ...made.options, lockTimeoutMs: 0 })).applied, []);
    });
  }
});

/** A migration that has changed so much that the change no longer fits in memory, and then never ends. */
const neverEnding = `
  import { writeSync } from "node:fs";
  const cell = new Int32Array(new SharedArrayBuffer(4));
  export function up(db) {
    db.exec("CREATE TABLE b (x)");
    // More than the page cache holds, so that pages go to the file before the commit.
    for (let row = 0; row < 40; row += 1) db.exec("INSERT INTO b VALUES (randomblob(100000)); UPDATE a SET x = x + 1");
    db.exec("DROP TABLE c");
    writeSync(1, "deep inside\\n");
    Atomics.wait(cell, 0, 0);
  }
`;

describe("a process that is killed in the middle of a migration", () => {
  for (const mode of ["DELETE", "WAL"]) {
    for (const transaction of ["each", "all"] as const) {
      it(`leaves the old state, and nothing to clear: journal mode ${mode}, transaction: "${transaction}"`, async () => {
        const made = project({ "001-a.sql": "CREATE TABLE a (x); INSERT INTO a VALUES (1); CREATE TABLE c (x)" });
        const handle = new DatabaseSync(made.database);
        handle.exec(`PRAGMA journal_mode = ${mode}`);
        await migrate({ ...made.options, database: handle });
        handle.close();
        const before = readState(made.database);
        made.add({ "002-b.sql": "CREATE TABLE later (x)", "003-never.mjs": neverEnding });
        const child = await launch({ ...made.options, transaction });
        child.start();
        await child.line("deep inside");
        child.kill();
        assert.equal((await child.ended).signal, "SIGKILL");
        // A rollback journal is left behind: the kill came after the first pages had been written.
        assert.equal(existsSync(`${made.database}-journal`), mode !== "WAL");
        const after = readState(made.database);
        assert.deepEqual(after.rows, transaction === "all" ? before.rows : { ...before.rows, later: [] });
        assert.equal(after.metadata?.["schema_version"], transaction === "all" ? "1" : "2");
        made.add({ "003-never.mjs": "export const up = (db) => { db.exec('DROP TABLE c'); };" });
        assert.equal((await migrate({ ...made.options, lockTimeoutMs: 0 })).toVersion, 3);
        assert.deepEqual(readState(made.database).rows, { a: ["1"], later: [] });
      });
    }
  }

  it("leaves the old state on a way back too", async () => {
    const made = project({
      "001-a.sql": "CREATE TABLE a (x); INSERT INTO a VALUES (1); CREATE TABLE c (x);\n-- lockstep:down\nDROP TABLE a",
      "002-b.mjs": neverEnding.replace("function up", "const up = () => undefined;\n  export function down"),
    });
    await migrate(made.options);
    const before = readState(made.database);
    const child = await launch(made.options, "rollback");
    child.start();
    await child.line("deep inside");
    child.kill();
    await child.ended;
    assert.deepEqual(readState(made.database), before);
  });
});
