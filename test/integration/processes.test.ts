/** Several processes: a start at once, one that waits for another, and one that is killed in the middle of its work. */
import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate } from "../../src/index.ts";
import { launch, type ChildEnd } from "../support/child.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { readState } from "../support/state.ts";

const PROCESSES = 8;

/** Migrations that would fail, or show, if one of them ran twice. */
const files: Readonly<Record<string, string>> = {
  "001-accounts.sql": "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INT); INSERT INTO accounts VALUES (1, 100)",
  "002-cents.sql": "UPDATE accounts SET cents = cents * 100",
  "003-code.mjs": "export const up = (db) => { db.exec('UPDATE accounts SET cents = cents + 1'); };",
  "004-notes.sql": "CREATE TABLE notes (a)",
  "005-bare.sql":
    "-- lockstep:no-transaction\nINSERT INTO notes VALUES (1);\nINSERT INTO notes VALUES (2);\nVACUUM;\nINSERT INTO notes VALUES (3);",
  "006-index.sql": "CREATE INDEX notes_a ON notes (a)",
};

/** Starts so many processes at the same moment, and waits for their ends. */
async function startTogether({ options }: Project, more: object = {}): Promise<readonly ChildEnd[]> {
  const children = await Promise.all(Array.from({ length: PROCESSES }, () => launch({ ...options, ...more })));
  for (const child of children) child.start();
  return Promise.all(children.map(({ ended }) => ended));
}

/** All must succeed, and together have applied these versions, each once. */
function checkTogether(ends: readonly ChildEnd[], versions: readonly number[], toVersion: number): void {
  for (const { exitCode, report, error, stderr } of ends) {
    assert.deepEqual({ exitCode, error, stderr }, { exitCode: 0, error: undefined, stderr: "" });
    assert.equal(report?.toVersion, toVersion);
  }
  const applied = ends.flatMap(({ report }) => report?.applied ?? []).map(({ version }) => version);
  assert.deepEqual(
    applied.toSorted((left, right) => left - right),
    versions,
  );
}

describe(`${PROCESSES} processes that start at once`, () => {
  for (const [title, more] of Object.entries({
    "each migration in its transaction": {},
    "by better-sqlite3": { driver: "better-sqlite3" },
  })) {
    it(`apply each migration once on a new file: ${title}`, async () => {
      const made = project(files);
      checkTogether(await startTogether(made, more), [1, 2, 3, 4, 5, 6], 6);
      assert.deepEqual(look(made.database, "SELECT * FROM accounts"), [{ id: 1, cents: 10_001 }]);
      assert.deepEqual(lookUp(made.database, "SELECT a FROM notes"), [1, 2, 3]);
      assert.deepEqual(lookUp(made.database, "SELECT version FROM lockstep_history"), [1, 2, 3, 4, 5, 6]);
      assert.deepEqual(look(made.database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    });
  }

  it("run code without a transaction once, and leave its lock free", async () => {
    const made = project({
      "001-notes.sql": "CREATE TABLE notes (a)",
      "002-slow.mjs": `export const transaction = false;
export async function up(db) {
  await new Promise((wake) => setTimeout(wake, 300));
  db.exec("INSERT INTO notes VALUES (1)");
}`,
    });
    checkTogether(await startTogether(made), [1, 2], 2);
    assert.deepEqual(lookUp(made.database, "SELECT a FROM notes"), [1]);
    assert.equal(statSync(`${made.database}-lockstep`).size, 0);
  });

  it("apply each migration once on an existing file in WAL mode, in one transaction for all", async () => {
    const made = project({ "001-accounts.sql": files["001-accounts.sql"] ?? "" });
    const handle = new DatabaseSync(made.database);
    handle.exec("PRAGMA journal_mode = WAL");
    await migrate({ ...made.options, database: handle });
    handle.close();
    const { "005-bare.sql": bare, ...together } = files;
    made.add(together);
    const ends = await startTogether(made, { transaction: "all" });
    checkTogether(ends, [2, 3, 4, 6], 6);
    assert.equal(ends.filter(({ report }) => report?.applied.length === 4).length, 1);
    assert.deepEqual(look(made.database, "SELECT * FROM accounts"), [{ id: 1, cents: 10_001 }]);
    assert.notEqual(bare, undefined);
  });
});

/** A migration that says that it is under way and ends when a file appears. */
const waiting = (gate: string): string => `
  import { existsSync, writeSync } from "node:fs";
  export function up(db) {
    db.exec("CREATE TABLE held (a); INSERT INTO held VALUES (1)");
    writeSync(1, "holding\\n");
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(${JSON.stringify(gate)})) Atomics.wait(cell, 0, 0, 10);
  }
`;

describe("a process that starts while another one migrates", () => {
  it("waits, says so, and goes on with what is left", async () => {
    const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
    const gate = made.path("gate");
    made.add({ "002-hold.mjs": waiting(gate) });
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
  });

  it("gives up after its time-out, and leaves the other one alone", async () => {
    const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
    const gate = made.path("gate");
    made.add({ "002-hold.mjs": waiting(gate) });
    const [first, second] = await Promise.all([launch(made.options), launch({ ...made.options, lockTimeoutMs: 50 })]);
    first.start();
    await first.line("holding");
    second.start();
    const { exitCode, error, events } = await second.ended;
    assert.deepEqual([exitCode, error], [1, "database_locked"]);
    assert.equal(events.includes("migration_started"), false);
    writeFileSync(gate, "");
    assert.equal((await first.ended).exitCode, 0);
    assert.deepEqual(lookUp(made.database, "SELECT version FROM lockstep_history"), [1, 2]);
  });
});

/** A migration that has changed so much that the change no longer fits in memory, and then never ends. */
const neverEnding = `
  import { writeSync } from "node:fs";
  const cell = new Int32Array(new SharedArrayBuffer(4));
  export function up(db) {
    db.exec("PRAGMA cache_size = 5; CREATE TABLE b (x)");
    for (let row = 0; row < 400; row += 1) db.exec("INSERT INTO b VALUES (zeroblob(1000)); UPDATE a SET x = x + 1");
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
