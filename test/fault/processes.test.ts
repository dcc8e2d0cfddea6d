/** Many processes that start at once: each migration runs once, all of them succeed, and their reports add up. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, type MigrateReport } from "../../src/index.ts";
import { bin } from "../cli/run-lockstep.ts";
import { launch, type ChildCall, type ChildEnd } from "../support/child.ts";
import { effort } from "../support/effort.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { runProcess } from "./child-process.ts";

/** In the hardest case; the others have as many where there is time. */
const MANY = 32;
const PROCESSES = effort === "sample" ? 6 : MANY;
const ROUNDS = { sample: 1, full: 1, long: 5 }[effort];

/** Takes long enough for the other processes to come between one step and the next. */
const SLOW =
  "SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT i FROM n)";

/** Migrations that would fail, or show, if one of them ran twice. */
const files: Readonly<Record<string, string>> = {
  "001-accounts.sql": "CREATE TABLE accounts (id INTEGER PRIMARY KEY, cents INT); INSERT INTO accounts VALUES (1, 100)",
  "002-cents.sql": `${SLOW}; UPDATE accounts SET cents = cents * 100`,
  "003-code.mjs": `export const up = (db) => { db.exec("UPDATE accounts SET cents = cents + 1; ${SLOW}"); };`,
  "004-notes.sql": `${SLOW}; CREATE TABLE notes (a)`,
  "005-bare.sql": `-- lockstep:no-transaction
    INSERT INTO notes VALUES (1); ${SLOW}; INSERT INTO notes VALUES (2); VACUUM; ${SLOW}; INSERT INTO notes VALUES (3)`,
  "006-index.sql": `${SLOW}; CREATE INDEX notes_a ON notes (a)`,
};

const ALL: readonly number[] = [1, 2, 3, 4, 5, 6];

/** How processes are started together. */
interface Start {
  readonly processes?: number;
  /** Options for all of them. */
  readonly options?: object;
  /** What each of them does, by its number. Default: all migrate. */
  readonly callOf?: (index: number) => ChildCall;
}

/** Starts so many processes at the same moment, and waits for their ends. */
async function startTogether(
  { options }: Project,
  { processes = PROCESSES, options: more, callOf = () => "migrate" }: Start = {},
): Promise<readonly ChildEnd[]> {
  const launched = Array.from({ length: processes }, (_none, index) => launch({ ...options, ...more }, callOf(index)));
  const children = await Promise.all(launched);
  for (const child of children) child.start();
  return Promise.all(children.map(({ ended }) => ended));
}

/** All must succeed, and together have applied these versions, each once. */
function checkTogether(ends: readonly ChildEnd[], versions: readonly number[], toVersion: number): void {
  for (const { exitCode, error, stderr } of ends) {
    assert.deepEqual({ exitCode, error, stderr }, { exitCode: 0, error: undefined, stderr: "" });
  }
  checkReports(
    ends.map(({ report }) => report),
    versions,
    toVersion,
  );
}

function checkReports(
  reports: readonly (MigrateReport | undefined)[],
  versions: readonly number[],
  toVersion: number,
): void {
  for (const report of reports) assert.equal(report?.toVersion, toVersion);
  const applied = reports.flatMap((report) => report?.applied ?? []).map(({ version }) => version);
  assert.deepEqual(
    applied.toSorted((left, right) => left - right),
    versions,
  );
}

/** What the migrations have done, once each. */
function checkDatabase({ database }: Project): void {
  assert.deepEqual(look(database, "SELECT * FROM accounts"), [{ id: 1, cents: 10_001 }]);
  assert.deepEqual(lookUp(database, "SELECT a FROM notes"), [1, 2, 3]);
  assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), ALL);
  assert.deepEqual(look(database, "SELECT * FROM metadata"), [{ key: "schema_version", value: "6" }]);
  assert.deepEqual(look(database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
}

/** A project whose database has its first migration, in this journal mode; the others are added to the directory then. */
async function existing(journalMode: "DELETE" | "WAL", names: readonly string[]): Promise<Project> {
  const made = project({ "001-accounts.sql": files["001-accounts.sql"] ?? "" });
  const handle = new DatabaseSync(made.database);
  handle.exec(`PRAGMA journal_mode = ${journalMode}`);
  await migrate({ ...made.options, database: handle });
  handle.close();
  made.add(Object.fromEntries(names.map((name) => [name, files[name] ?? ""])));
  return made;
}

const journalModeOf = ({ database }: Project): unknown => lookUp(database, "PRAGMA journal_mode")[0];

const [, ...later] = Object.keys(files);

for (let round = 1; round <= ROUNDS; round += 1) {
  describe(`processes that start at once, round ${round}`, () => {
    it(`apply each migration once while some of them switch a new file to WAL: ${MANY} processes`, async (test) => {
      const made = project(files);
      const callOf = (index: number): ChildCall => (index % 3 === 0 ? "migrate_in_wal" : "migrate");
      const ends = await startTogether(made, { processes: MANY, callOf });
      checkTogether(ends, ALL, 6);
      const busy = ends.filter(({ events }) => events.includes("statement_finished"));
      test.diagnostic(`${busy.length} of ${MANY} processes took part in the work`);
      checkDatabase(made);
      assert.equal(journalModeOf(made), "wal");
    });

    for (const [title, options] of Object.entries({
      "each in its transaction": {},
      "by better-sqlite3": { driver: "better-sqlite3" },
    })) {
      it(`apply each migration once on a new file: ${title}, ${PROCESSES} processes`, async () => {
        const made = project(files);
        checkTogether(await startTogether(made, { options }), ALL, 6);
        checkDatabase(made);
      });
    }

    for (const journalMode of effort === "sample" ? [] : (["DELETE", "WAL"] as const)) {
      it(`apply each migration once on an existing file: journal mode ${journalMode}, ${PROCESSES} processes`, async () => {
        const made = await existing(journalMode, later);
        checkTogether(await startTogether(made), ALL.slice(1), 6);
        checkDatabase(made);
        assert.equal(journalModeOf(made), journalMode.toLowerCase());
      });

      it(`apply them once while some switch to WAL by better-sqlite3, from ${journalMode}: ${PROCESSES} processes`, async () => {
        const made = await existing(journalMode, later);
        const callOf = (index: number): ChildCall => (index % 2 === 0 ? "migrate_in_wal" : "migrate");
        checkTogether(await startTogether(made, { callOf, options: { driver: "better-sqlite3" } }), ALL.slice(1), 6);
        checkDatabase(made);
        assert.equal(journalModeOf(made), "wal");
      });
    }

    it(`apply them once on an existing file in WAL mode, in one transaction for all: ${PROCESSES} processes`, async () => {
      const made = await existing(
        "WAL",
        later.filter((name) => name !== "005-bare.sql"),
      );
      const ends = await startTogether(made, { options: { transaction: "all" } });
      checkTogether(ends, [2, 3, 4, 6], 6);
      assert.equal(ends.filter(({ report }) => report?.applied.length === 4).length, 1);
      assert.deepEqual(look(made.database, "SELECT * FROM accounts"), [{ id: 1, cents: 10_001 }]);
    });

    it(`run code without a transaction once, and leave its lock free: ${PROCESSES} processes`, async () => {
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

    if (effort !== "sample") {
      it(`apply each migration once as ${MANY} processes of the command line`, async () => {
        const made = project(files);
        const command = [bin, "up", "--json", "-d", made.database, "-m", made.migrations] as const;
        const ends = await Promise.all(Array.from({ length: MANY }, () => runProcess(command)));
        for (const { exitCode, stdout } of ends) assert.equal(exitCode, 0, stdout);
        checkReports(
          ends.map(({ stdout }) => JSON.parse(stdout) as MigrateReport),
          ALL,
          6,
        );
        checkDatabase(made);
      });
    }
  });
}
