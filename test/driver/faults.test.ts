/**
 * A fault at every single call of a run, one run for each: whatever fails, the database is at one of the states that an undisturbed run
 * passes through, the connection is as the caller left it, and the next run brings everything to its end.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Task } from "../../src/core/task.ts";
import type { Driver } from "../../src/driver/driver.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { LockstepError, migrate, type ListedMigration } from "../../src/index.ts";
import { markApplied, revertApplied } from "../../src/operations/index.ts";
import type { Session } from "../../src/session.ts";
import { up } from "../../src/start.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { faultyConnection, InjectedError, type Fault, type FaultyConnection } from "../support/faulty-connection.ts";
import { applySettings, readSettings, unusualSettings, type OpenHandle } from "../support/handle.ts";
import { runOn, type OptionsOnHandle } from "../support/run-on.ts";
import { readState, stateOf, versionOf, type DatabaseState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

const migrations: readonly ListedMigration[] = [
  {
    version: 1,
    up: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'ann'), (2, 'bob')",
    down: "DROP TABLE users",
  },
  {
    version: 2,
    up: (db: DatabaseSync) =>
      db.exec("ALTER TABLE users ADD COLUMN email TEXT; UPDATE users SET email = name || '@example.org'"),
    down: (db: DatabaseSync) => db.exec("ALTER TABLE users DROP COLUMN email"),
  },
  {
    version: 3,
    up: "CREATE TABLE notes (user_id INT REFERENCES users ON DELETE CASCADE); INSERT INTO notes VALUES (1), (2)",
    down: "DROP TABLE notes",
  },
];

const unprotected: ListedMigration = {
  version: 4,
  transaction: false,
  up: "CREATE INDEX notes_user ON notes (user_id); VACUUM; INSERT INTO notes VALUES (1); PRAGMA journal_mode = TRUNCATE",
  down: "DELETE FROM notes WHERE rowid = 3; VACUUM; DROP INDEX notes_user",
};

const withUnprotected = [...migrations, unprotected];

type FaultKind = Omit<Fault, "call">;

const COMMON: readonly FaultKind[] = [
  { moment: "before", kind: "io" },
  { moment: "after", kind: "io" },
];

/** More kinds, for the scenarios that between them make every kind of call. */
const ALL: readonly FaultKind[] = [
  ...COMMON,
  { moment: "before", kind: undefined },
  { moment: "before", kind: "busy" },
  { moment: "before", kind: "io", lasting: true },
];

/** One kind of run, from a database that its preparation has made. */
interface Scenario {
  readonly title: string;
  readonly prepare: string | ((path: string) => Promise<unknown>);
  readonly options: OptionsOnHandle;
  readonly run: (session: Session) => Task<unknown>;
  /** Default: the common ones. */
  readonly faults?: readonly FaultKind[];
  /** In how many states an onlooker can see the database during an undisturbed run. */
  readonly states: number;
}

const scenarios: readonly Scenario[] = [
  {
    title: "up, a transaction for each",
    prepare: "",
    options: { migrations },
    run: (session) => up(session),
    states: 4,
  },
  {
    title: "up, one transaction for all",
    prepare: "",
    options: { migrations, transaction: "all" },
    run: (session) => up(session),
    states: 2,
  },
  {
    title: "up without a transaction",
    faults: ALL,
    prepare: (path) => reach(path, 3),
    options: { migrations: withUnprotected },
    run: (session) => up(session),
    // Before, under way, after each of the four statements of which VACUUM and the PRAGMA commit nothing of their own, and done.
    states: 7,
  },
  {
    title: "down, a transaction for each",
    prepare: (path) => reach(path, 3),
    options: { migrations },
    run: (session) => revertApplied(session, { to: 0, allowLoss: true }),
    states: 4,
  },
  {
    title: "down, one transaction for all",
    prepare: (path) => reach(path, 3),
    options: { migrations, transaction: "all" },
    run: (session) => revertApplied(session, { to: 0, allowLoss: true }),
    states: 2,
  },
  {
    title: "down without a transaction",
    prepare: (path) => reach(path, 4),
    options: { migrations: withUnprotected },
    run: (session) => revertApplied(session, { allowLoss: true }),
    states: 6,
  },
  {
    title: "down, measured first",
    faults: ALL,
    prepare: (path) => reach(path, 3, "UPDATE users SET email = NULL; DELETE FROM notes"),
    options: { migrations },
    run: (session) => revertApplied(session, { to: 1 }),
    states: 3,
  },
  {
    title: "baseline",
    prepare: "CREATE TABLE users (id)",
    options: { migrations },
    run: (session) => markApplied(session, 2),
    states: 2,
  },
  {
    title: "take-over of a hand-written runner's database",
    faults: ALL,
    prepare: `CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT);
      INSERT INTO metadata VALUES ('schema_version', '1'), ('installed_at', '2025-02-03');
      CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
      INSERT INTO users VALUES (1, 'eve'), (2, 'joe')`,
    options: { migrations },
    run: (session) => up(session),
    states: 3,
  },
];

/** Brings a file to a version, and runs some SQL on it. */
async function reach(path: string, to: number, sql = ""): Promise<void> {
  const database = new DatabaseSync(path);
  await migrate({ database, migrations: withUnprotected, to });
  database.exec(sql);
  database.close();
}

/** The database that a scenario starts from, as the bytes of its file. */
async function prepared({ prepare }: Scenario): Promise<Buffer> {
  const path = workspace().path("app.db");
  if (typeof prepare === "string") {
    const database = new DatabaseSync(path);
    database.exec(prepare === "" ? "CREATE TABLE t (a); DROP TABLE t" : prepare);
    database.close();
  } else await prepare(path);
  return readFileSync(path);
}

/** Runs a scenario without a fault. Gives its number of calls and every state that another connection could see. */
async function undisturbed(
  scenario: Scenario,
  path: string,
): Promise<{ readonly calls: readonly string[]; readonly states: readonly DatabaseState[] }> {
  const database = new DatabaseSync(path);
  const onlooker = new DatabaseSync(path, { readOnly: true });
  const states = [stateOf(onlooker)];
  const connection = faultyConnection(
    nodeSqlite.adopt(database),
    { call: 0, moment: "before", kind: undefined },
    () => {
      const state = stateOf(onlooker);
      if (!equal(state, states.at(-1))) states.push(state);
    },
  );
  await runOn({ driver: driverOf(connection), handle: database }, scenario.options, scenario.run);
  onlooker.close();
  database.close();
  return { calls: connection.calls, states };
}

/** Whether the fault hit the pragmas by which the settings are put back: then they cannot all be. */
function isRestoring({ calls }: FaultyConnection, { call }: Fault): boolean {
  return calls.slice(call - 1).every((sql) => sql.startsWith("PRAGMA"));
}

/** A driver that has this one connection. */
function driverOf(connection: FaultyConnection): Driver {
  return { ...nodeSqlite, name: "faulty", owns: (handle) => handle === connection.handle, adopt: () => connection };
}

/**
 * The numbers of the calls, from 1. The settings are read again before each transaction: of those reads, which differ in nothing, the
 * first and the last of each are disturbed, and only by one kind of fault; a lock can only be met where SQLite takes one.
 */
function callsToDisturb(calls: readonly string[], { kind, moment }: FaultKind): readonly number[] {
  const isChosen = (sql: string, index: number): boolean => {
    if (kind === "busy") return /^(BEGIN|COMMIT|SELECT|PRAGMA synchronous)/.test(sql);
    if (!/^PRAGMA \w+$/.test(sql)) return true;
    return kind === "io" && moment === "before" && (calls.indexOf(sql) === index || calls.lastIndexOf(sql) === index);
  };
  return calls.flatMap((sql, index) => (isChosen(sql, index) ? [index + 1] : []));
}

function equal(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Runs a scenario with a fault and checks what is promised. Gives the number of the state that it ends in. */
async function disturbed(
  scenario: Scenario,
  path: string,
  fault: Fault,
  states: readonly DatabaseState[],
): Promise<number> {
  const database = new DatabaseSync(path);
  const handle = database as unknown as OpenHandle;
  applySettings(handle, unusualSettings);
  const settings = readSettings(handle);
  const connection = faultyConnection(nodeSqlite.adopt(database), fault);
  let error: unknown;
  try {
    await runOn({ driver: driverOf(connection), handle: database }, scenario.options, scenario.run);
  } catch (caught) {
    error = caught;
  }
  const at = connection.calls[fault.call - 1] ?? "";
  if (fault.lasting !== true) {
    assert.equal(database.isTransaction, false, `a transaction is left open after ${at}`);
    if (!isRestoring(connection, fault))
      assert.deepEqual(readSettings(handle), settings, `settings are changed after ${at}`);
  }
  database.close();
  // A lock that is met where SQLite takes one is waited for.
  // What is read outside of a transaction is waited for as the transaction itself is.
  if (fault.kind === "busy" && /^(BEGIN|COMMIT|SELECT version, name, checksum)/.test(at))
    assert.equal(error, undefined);
  const state = readState(path);
  const index = states.findIndex((candidate) => equal(candidate, state));
  assert.notEqual(index, -1, `a state between: ${JSON.stringify(state)}`);
  if (error === undefined) {
    assert.equal(index, states.length - 1, "success was reported too early");
    return index;
  }
  assert.ok(error instanceof LockstepError, "not a LockstepError");
  assert.ok(error.cause instanceof InjectedError || error.details.code === "database_locked", error.message);
  // Where the answer of a COMMIT was lost, nobody can know whether it happened.
  if (fault.moment === "after") return index;
  assert.equal(error.details.databaseVersion ?? versionOf(state), versionOf(state));
  const progress = state.metadata?.["lockstep_progress"];
  assert.equal(error.details.outcome === "partial", progress !== undefined);
  if (progress === undefined) return index;
  const { done, total } = JSON.parse(String(progress)) as { done: number; total: number };
  assert.deepEqual(error.details.progress, { done, total });
  return index;
}

/** Runs a scenario again on what a fault has left. */
async function resume({ options, run }: Scenario, path: string): Promise<void> {
  const database = new DatabaseSync(path);
  await runOn({ driver: nodeSqlite, handle: database }, options, run);
  database.close();
}

for (const scenario of scenarios) {
  describe(`a fault at any call: ${scenario.title}`, () => {
    it("passes through as many states as it has commits", async () => {
      const path = workspace({ "app.db": await prepared(scenario) }).path("app.db");
      const { states } = await undisturbed(scenario, path);
      assert.equal(states.length, scenario.states);
      for (const { metadata, history = [] } of states) {
        const newest = history.at(-1)?.version ?? 0;
        if (metadata !== undefined && history.length > 0) assert.equal(metadata["schema_version"], String(newest));
      }
    });

    for (const fault of scenario.faults ?? COMMON) {
      const title = `${fault.kind ?? "no database error"} ${fault.moment} the call${fault.lasting === true ? ", and ever after" : ""}`;
      it(`leaves the old or the new state: ${title}`, async () => {
        const bytes = await prepared(scenario);
        const place = workspace({ "app.db": bytes, "copy.db": bytes });
        const { calls, states } = await undisturbed(scenario, place.path("app.db"));
        // Equal states go on equally. What was carried through and only not reported must not be done a second time.
        const resumed = new Set([states.length - 1]);
        for (const call of callsToDisturb(calls, fault)) {
          writeFileSync(place.path("copy.db"), bytes);
          const index = await disturbed(scenario, place.path("copy.db"), { ...fault, call }, states);
          if (resumed.has(index)) continue;
          resumed.add(index);
          await resume(scenario, place.path("copy.db"));
          assert.deepEqual(readState(place.path("copy.db")), states.at(-1));
        }
      });
    }
  });
}
