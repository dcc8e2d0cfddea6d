/** The kinds of runs into which the tests put faults and kills, with the database that each of them starts from. */
import { DatabaseSync } from "node:sqlite";
import type { Task } from "../../src/core/task.ts";
import { migrate, type ListedMigration } from "../../src/index.ts";
import { markApplied, revertApplied } from "../../src/operations/index.ts";
import type { Session } from "../../src/session.ts";
import { up } from "../../src/start.ts";
import type { OpenHandle } from "../support/handle.ts";
import type { OptionsOnHandle } from "../support/run-on.ts";
import type { DatabaseState } from "../support/state.ts";

/** One kind of run, from a database that its preparation has made. To run it once more when it is done changes nothing. */
export interface Scenario {
  readonly title: string;
  /** Makes the database that the run starts from, by SQL or by code. `"nothing"`: there is no file. */
  readonly prepare: string | ((path: string) => Promise<unknown>);
  readonly options: OptionsOnHandle;
  readonly run: (session: Session) => Task<unknown>;
  /** Whether this one gets every kind of fault also where time is short: those that do make between them every kind of call. */
  readonly faults: "common" | "all";
  /** In how many states an onlooker can see the database during an undisturbed run. */
  readonly states: number;
  /** The statements of the step that has no transaction, where the run has one. */
  readonly bare?: Bare;
}

/** The step without a transaction of a scenario. */
export interface Bare {
  readonly version: number;
  readonly direction: "up" | "down";
  /** For each statement whether a state shows that it has run; undefined for one that leaves nothing to see. */
  readonly effects: readonly (((state: DatabaseState) => boolean) | undefined)[];
  /** The options with other text in place of one statement, from 0. */
  readonly edited: (index: number) => OptionsOnHandle;
}

// No step can run twice without an error or a trace.
const migrations: readonly ListedMigration[] = [
  {
    version: 1,
    up: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'ann'), (2, 'bob')",
    down: "DROP TABLE users",
  },
  {
    version: 2,
    up: (db: OpenHandle) => {
      db.exec("ALTER TABLE users ADD COLUMN email TEXT");
      db.exec("UPDATE users SET email = name || '@example.org'");
    },
    down: (db: OpenHandle) => db.exec("ALTER TABLE users DROP COLUMN email"),
  },
  {
    version: 3,
    up: "CREATE TABLE notes (user_id INT REFERENCES users ON DELETE CASCADE); INSERT INTO notes VALUES (1), (2)",
    down: "DROP TABLE notes",
  },
];

const UP: readonly string[] = [
  "CREATE INDEX notes_user ON notes (user_id)",
  "VACUUM",
  "INSERT INTO notes VALUES (1)",
  "PRAGMA journal_mode = TRUNCATE",
];

const DOWN: readonly string[] = [
  "DELETE FROM notes WHERE rowid = (SELECT max(rowid) FROM notes)",
  "VACUUM",
  "DROP INDEX notes_user",
];

/** The migrations with a fourth one that has no transaction. */
function withUnprotected(upSql: readonly string[] = UP, downSql: readonly string[] = DOWN): OptionsOnHandle {
  const unprotected = { version: 4, transaction: false, up: upSql.join(";\n"), down: downSql.join(";\n") };
  return { migrations: [...migrations, unprotected] };
}

/** What nobody would take for a reformatting. */
function edit(statements: readonly string[], index: number): readonly string[] {
  return statements.with(index, `SELECT ${index}, 'edited'`);
}

const hasIndex = ({ schema }: DatabaseState): boolean => schema.some((object) => object.startsWith("index notes_user"));
const hasNotes =
  (count: number) =>
  ({ rows }: DatabaseState): boolean =>
    rows["notes"]?.length === count;

/** Brings a file to a version, and runs some SQL on it. */
async function reach(path: string, to: number, sql = ""): Promise<void> {
  const database = new DatabaseSync(path);
  await migrate({ database, ...withUnprotected(), to });
  database.exec(sql);
  database.close();
}

const NEW = "CREATE TABLE t (a); DROP TABLE t";

/** The nine kinds of runs. */
export const scenarios: readonly Scenario[] = [
  {
    title: "up, a transaction for each",
    faults: "common",
    prepare: NEW,
    options: { migrations },
    run: (session) => up(session),
    states: 4,
  },
  {
    title: "up, one transaction for all",
    faults: "common",
    prepare: NEW,
    options: { migrations, transaction: "all" },
    run: (session) => up(session),
    states: 2,
  },
  {
    title: "up without a transaction",
    faults: "all",
    prepare: (path) => reach(path, 3),
    options: withUnprotected(),
    run: (session) => up(session),
    // Before, under way, after each of the four statements of which VACUUM and the PRAGMA commit nothing of their own, and done.
    states: 7,
    bare: {
      version: 4,
      direction: "up",
      effects: [hasIndex, undefined, hasNotes(3), undefined],
      edited: (index) => withUnprotected(edit(UP, index)),
    },
  },
  {
    title: "down, a transaction for each",
    faults: "common",
    prepare: (path) => reach(path, 3),
    options: { migrations },
    run: (session) => revertApplied(session, { to: 0, allowLoss: true }),
    states: 4,
  },
  {
    title: "down, one transaction for all",
    faults: "common",
    prepare: (path) => reach(path, 3),
    options: { migrations, transaction: "all" },
    run: (session) => revertApplied(session, { to: 0, allowLoss: true }),
    states: 2,
  },
  {
    title: "down without a transaction",
    faults: "common",
    prepare: (path) => reach(path, 4),
    options: withUnprotected(),
    run: (session) => revertApplied(session, { to: 3, allowLoss: true }),
    states: 6,
    bare: {
      version: 4,
      direction: "down",
      effects: [hasNotes(2), undefined, (state) => !hasIndex(state)],
      edited: (index) => withUnprotected(UP, edit(DOWN, index)),
    },
  },
  {
    title: "down, measured first",
    faults: "all",
    prepare: (path) => reach(path, 3, "UPDATE users SET email = NULL; DELETE FROM notes"),
    options: { migrations },
    run: (session) => revertApplied(session, { to: 1 }),
    states: 3,
  },
  {
    title: "baseline",
    faults: "common",
    prepare: "CREATE TABLE users (id)",
    options: { migrations },
    run: (session) => markApplied(session, 2),
    states: 2,
  },
  {
    title: "take-over of a hand-written runner's database",
    faults: "all",
    prepare: `CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT);
      INSERT INTO metadata VALUES ('schema_version', '1'), ('installed_at', '2025-02-03');
      CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
      INSERT INTO users VALUES (1, 'eve'), (2, 'joe')`,
    options: { migrations },
    run: (session) => up(session),
    states: 3,
  },
];

const REBUILD = `CREATE TABLE parents_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL);
  INSERT INTO parents_new SELECT id, a FROM parents;
  DROP TABLE parents;
  ALTER TABLE parents_new RENAME TO parents`;

/** Kinds of runs that are interesting to kill, and that a faulty connection has nothing to add to. */
export const killedOnly: readonly Scenario[] = [
  {
    title: "up on a file that is not there yet",
    faults: "common",
    prepare: "nothing",
    options: { migrations },
    run: (session) => up(session),
    states: 4,
  },
  {
    title: "up in code without a transaction",
    faults: "common",
    prepare: NEW,
    options: { migrations: [{ version: 1, transaction: false, up: runBareCode }] },
    run: (session) => up(session),
    // Before, under way, after each of the three calls of which VACUUM leaves nothing to see, and done.
    states: 5,
  },
  {
    title: "a rebuild that does not fit into SQLite's cache",
    faults: "common",
    // With pages of this size the cache holds 31 of them, so that some go to the file before the commit.
    prepare: `PRAGMA page_size = 65536;
      CREATE TABLE parents (id INTEGER PRIMARY KEY, a TEXT);
      CREATE TABLE children (id INTEGER PRIMARY KEY, parent INT REFERENCES parents ON DELETE CASCADE);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50)
        INSERT INTO parents SELECT i, hex(zeroblob(25000)) FROM n;
      INSERT INTO children SELECT id, id FROM parents`,
    options: { migrations: [{ version: 1, up: REBUILD }] },
    run: (session) => up(session),
    states: 2,
  },
];

/** Has to bear a second run: code without a transaction is begun again where it was killed. */
function runBareCode(db: OpenHandle): void {
  db.exec("CREATE TABLE IF NOT EXISTS log (a UNIQUE)");
  db.exec("VACUUM");
  db.exec("INSERT OR IGNORE INTO log VALUES (1)");
}
