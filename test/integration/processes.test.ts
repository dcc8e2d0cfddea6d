/** Two processes: one that waits for another, and one that is killed in the middle of its work. */
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
