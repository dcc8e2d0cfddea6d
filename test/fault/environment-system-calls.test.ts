/**
 * A disk that fails, or is full, at any system call of a run: an error or success, never a state between; the version and the state are
 * told as they are; the connection is as it was; the next run brings everything to its end. Needs strace, on Linux.
 */
import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync, MigrationRunner, type ListedMigration } from "../../src/index.ts";
import { count, effort, seed } from "../support/effort.ts";
import { cannotFail, runFailing, type FailingOrder, type SystemCall, type Told } from "../support/failing-calls.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames } from "../support/handle.ts";
import { readState, versionOf, type DatabaseState } from "../support/state.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

useFastFiles();

const protectedOnes: readonly ListedMigration[] = [
  { version: 1, up: "CREATE TABLE a (x); INSERT INTO a VALUES (1)", down: "DROP TABLE a" },
  {
    version: 2,
    up: "INSERT INTO a SELECT zeroblob(3000) FROM json_each('[1,2,3,4,5,6]'); CREATE TABLE b (y)",
    down: "DROP TABLE b; DELETE FROM a WHERE x <> 1",
  },
  { version: 3, up: "CREATE INDEX a_x ON a (x)", down: "DROP INDEX a_x" },
];

const bare: readonly ListedMigration[] = [
  ...protectedOnes.slice(0, 1),
  {
    version: 2,
    transaction: false,
    up: "CREATE TABLE b (y); INSERT INTO b VALUES (zeroblob(5000)); CREATE INDEX b_y ON b (y)",
    down: "DROP INDEX b_y; DELETE FROM b; DROP TABLE b",
  },
];

/** The kinds of runs, all from version 1 up, or down to it. */
const KINDS = {
  "up, each": { way: "up", options: { migrations: protectedOnes } },
  "up, all": { way: "up", options: { migrations: protectedOnes, transaction: "all" } },
  "down, each": { way: "down", options: { migrations: protectedOnes } },
  "up, without a transaction": { way: "up", options: { migrations: bare } },
  "down, without a transaction": { way: "down", options: { migrations: bare } },
} as const satisfies Readonly<Record<string, Pick<FailingOrder, "way" | "options">>>;

type Kind = keyof typeof KINDS;

interface Trial extends Pick<FailingOrder, "call" | "driver" | "by"> {
  readonly kind: Kind;
  readonly error: "EIO" | "ENOSPC" | "EDQUOT";
  readonly mode: "DELETE" | "WAL";
}

const ERRORS: readonly (readonly [call: SystemCall, error: Trial["error"]])[] = [
  ["pwrite64", "EIO"],
  ["pwrite64", "ENOSPC"],
  ["pwrite64", "EDQUOT"],
  ["pread64", "EIO"],
  ["fsync", "EIO"],
  ["unlink", "EIO"],
  ["ftruncate", "EIO"],
];

/** Where a choice begins: elsewhere each time, unless there is a seed. */
const beginning = (seed ?? Date.now()) & 0x7f_ff;

/** What `npm test` has time for: between them they have everything once. */
const SAMPLE: readonly Trial[] = [
  { call: "pwrite64", error: "EIO", mode: "DELETE", kind: "up, each", driver: "node:sqlite", by: "handle" },
  { call: "pwrite64", error: "ENOSPC", mode: "WAL", kind: "up, all", driver: "better-sqlite3", by: "path" },
  {
    call: "pwrite64",
    error: "EDQUOT",
    mode: "DELETE",
    kind: "down, without a transaction",
    driver: "better-sqlite3",
    by: "handle",
  },
  { call: "pread64", error: "EIO", mode: "WAL", kind: "down, each", driver: "node:sqlite", by: "path" },
  { call: "fsync", error: "EIO", mode: "WAL", kind: "up, without a transaction", driver: "node:sqlite", by: "handle" },
  { call: "unlink", error: "EIO", mode: "DELETE", kind: "up, each", driver: "better-sqlite3", by: "handle" },
];

/** Every combination where there is time; else every fifth, beginning at another one each time. */
function chooseTrials(): readonly Trial[] {
  if (effort === "sample") return SAMPLE;
  const kinds = Object.keys(KINDS) as Kind[];
  const all = ERRORS.flatMap(([call, error]) =>
    (["DELETE", "WAL"] as const).flatMap((mode) =>
      kinds.flatMap((kind) =>
        driverNames.flatMap((driver) =>
          (["path", "handle"] as const).map((by): Trial => ({ call, error, mode, kind, driver, by })),
        ),
      ),
    ),
  );
  const first = beginning % 5;
  return effort === "long" ? all : all.filter((_, index) => index % 5 === first);
}

/** Every how many calls one fails: in `npm test` not each of those of which there are many. */
function strideOf(call: SystemCall): number {
  return effort === "sample" && call.startsWith("p") ? 9 : 1;
}

/** No run makes so many calls of a kind. */
const LAST = 110;

/** A database in this mode, from which the run starts, and every state that an onlooker can see while it runs undisturbed. */
async function undisturbed({ mode, kind }: Trial, space: Workspace): Promise<readonly DatabaseState[]> {
  const { way, options } = KINDS[kind];
  const start = space.path("start.db");
  const database = new DatabaseSync(start);
  database.exec(`PRAGMA journal_mode = ${mode}`);
  database.close();
  migrateSync({ ...options, transaction: "each", database: start, ...(way === "up" ? { to: 1 } : {}) });
  const copy = space.path("copy.db");
  copyFileSync(start, copy);
  const states = [readState(copy)];
  const onEvent = (): void => {
    const now = readState(copy);
    if (JSON.stringify(now) !== JSON.stringify(states.at(-1))) states.push(now);
  };
  const known = { ...options, database: copy, onEvent };
  if (way === "up") migrateSync(known);
  else await new MigrationRunner(known).rollback({ to: 1, allowLoss: true });
  onEvent();
  return states;
}

function check(told: Told, state: DatabaseState, states: readonly DatabaseState[]): void {
  const index = states.findIndex((candidate) => JSON.stringify(candidate) === JSON.stringify(state));
  assert.notEqual(index, -1, `a state between: ${JSON.stringify(state)}`);
  assert.deepEqual(told.changedSettings, []);
  const { error } = told;
  if (error === undefined) {
    assert.equal(index, states.length - 1, "success was told too early");
    return;
  }
  assert.ok(/^database_(?:io|full|corrupt|unreadable)$/.test(error.code), error.message);
  for (const part of [/^ {2}--> \S/m, /^ state: \S/m, /^ {2}hint: \S/m]) assert.match(error.message, part);
  // Of a commit that failed in the log, nobody can know.
  if (error.outcome === "unknown") return;
  if (error.version !== undefined) assert.equal(error.version, versionOf(state), error.message);
  const progress = state.metadata?.["lockstep_progress"];
  assert.equal(error.outcome === "partial", progress !== undefined, error.message);
  if (progress === undefined) return;
  assert.equal(error.done, (JSON.parse(String(progress)) as { readonly done: number }).done, error.message);
}

/** The next run, without a fault. */
async function finish({ kind, driver }: Trial, database: string): Promise<void> {
  const { way, options } = KINDS[kind];
  const known = { ...options, database, driver };
  if (way === "up") migrateSync(known);
  else await new MigrationRunner(known).rollback({ to: 1, allowLoss: true });
}

/** One failing call after the other, until a run makes no call that is so late. */
async function run(trial: Trial): Promise<number> {
  const space = workspace();
  const states = await undisturbed(trial, space);
  let hits = 0;
  const stride = strideOf(trial.call);
  const first = 1 + (beginning % stride);
  for (let nth = first; nth <= LAST; nth += 12 * stride) {
    const runs = Array.from({ length: 12 }, (_, index) => nth + index * stride).map((at) => ({
      database: space.path(`${at}.db`),
      nth: at,
    }));
    for (const { database } of runs) copyFileSync(space.path("start.db"), database);
    const { call, driver, by, kind, error } = trial;
    const scratch = space.path("scratch");
    const order = { call, failing: "once", driver, by, ...KINDS[kind], runs, scratch } as const;
    const told = runFailing(order, error);
    for (const [index, one] of told.entries()) {
      const { database } = runs[index] as (typeof runs)[number];
      check(one, readState(database), states);
      await finish(trial, database);
      assert.deepEqual(readState(database), states.at(-1));
      rmSync(database);
    }
    const hit = told.filter(({ wasHit }) => wasHit).length;
    hits += hit;
    if (hit === 0) break;
  }
  count("faults", hits);
  return hits;
}

describe("a system call that fails leaves the old or the new state, and tells which:", () => {
  const reasons = new Map(ERRORS.map(([call]) => [call, cannotFail(call)]));
  for (const trial of chooseTrials()) {
    const { call, error, mode, kind, driver, by } = trial;
    const title = `${call} with ${error}, ${kind}, journal_mode ${mode}, ${driver} by ${by}`;
    it(title, { skip: reasons.get(call) ?? false }, async (context) => {
      const hits = await run(trial);
      context.diagnostic(`${hits} calls failed`);
      if (call === "pwrite64") assert.ok(hits > 0, "no call was made to fail");
    });
  }
});

/** Runs with every sync failing from the n-th on, and gives what was told with whether the commit is in the file. */
async function loseSyncs(nth: number, space: Workspace, states: readonly DatabaseState[]): Promise<Told> {
  const database = space.path("lost.db");
  for (const end of ["", "-wal", "-shm"]) rmSync(database + end, { force: true });
  copyFileSync(space.path("start.db"), database);
  const runs = [{ database, nth }];
  const scratch = space.path("scratch");
  const kind = KINDS["up, each"];
  const [told] = runFailing(
    { call: "fsync", failing: "ever_after", driver: "node:sqlite", by: "path", ...kind, runs, scratch },
    "EIO",
  ) as [Told];
  check(told, readState(database), states);
  migrateSync({ ...kind.options, database });
  assert.deepEqual(readState(database), states.at(-1));
  return told;
}

describe("a disk that is gone from a sync on, with a write-ahead log,", () => {
  it(
    "leaves each commit there or not there, and claims to know it where it can",
    { skip: cannotFail("fsync") },
    async () => {
      const space = workspace();
      const trial = {
        call: "fsync",
        error: "EIO",
        mode: "WAL",
        kind: "up, each",
        driver: "node:sqlite",
        by: "path",
      } as const;
      const states = await undisturbed(trial, space);
      const outcomes = new Set<string | undefined>();
      for (let nth = 1; nth <= 5; nth += 1) {
        const { error } = await loseSyncs(nth, space, states);
        outcomes.add(error?.outcome);
        if (error?.outcome === "unknown") {
          assert.equal(error.code, "database_io");
          assert.match(
            error.message,
            /^ state: not known, since the commit failed; before it, database at version \d/m,
          );
        }
        count("faults");
      }
      assert.ok(outcomes.has("unknown"), [...outcomes].join(", "));
    },
  );
});
