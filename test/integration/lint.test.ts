/** Linting: what is told of pending migrations with the rows of a database at hand, and without one. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MigrationRunner, type ListedMigration, type LintFinding, type MigrateOptions } from "../../src/index.ts";
import { eventLog } from "../support/events.ts";
import { project } from "../support/project.ts";

const USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT) STRICT;";
const ROWS =
  "INSERT INTO users (name, email) VALUES ('Ada', 'a@example.org'), ('Bob', 'a@example.org'), ('Cleo', NULL);";

/** A database with three users, and a runner for migrations on it. */
function runnerOn(
  migrations: readonly (string | ListedMigration)[],
  { before = USERS + ROWS, ...options }: Partial<MigrateOptions> & { readonly before?: string } = {},
): MigrationRunner {
  const database = new DatabaseSync(":memory:");
  database.exec(before);
  const listed = migrations.map((up, at) => (typeof up === "string" ? { version: at + 1, up } : up));
  return new MigrationRunner({ database, migrations: listed, ...options });
}

/** `code rows/total` of each finding that is more than advice. */
function shown(findings: readonly LintFinding[]): readonly string[] {
  return findings
    .filter(({ level }) => level !== "advice")
    .map(({ code, rows, total }) => (rows === undefined ? code : `${code} ${rows}/${total}`));
}

async function lint(...parameters: Parameters<typeof runnerOn>): Promise<readonly string[]> {
  return shown((await runnerOn(...parameters).lint()).findings);
}

describe("the rows of the database", () => {
  it("are counted where a danger depends on them", async () => {
    assert.deepEqual(await lint(["CREATE UNIQUE INDEX users_email ON users (email)"]), ["unique_with_duplicates 1/3"]);
    assert.deepEqual(await lint(["ALTER TABLE users DROP COLUMN email"]), ["drop_column 2/3"]);
  });

  it("for which a CHECK is NULL are in the way of ADD CHECK, and of no rebuild", async () => {
    const check = "CHECK (email <> '')";
    const found = await lint([`ALTER TABLE users ADD ${check}`]);
    // Before 3.53 SQLite has no such statement, and nothing can be said of what it does.
    const [{ version } = {}] = new DatabaseSync(":memory:").prepare("SELECT sqlite_version() AS version").all();
    const isKnown = Number(String(version).split(".")[1]) >= 53;
    assert.equal(found.includes("check_with_rows 1/3"), isKnown, found.join(", "));
    const rebuild = `-- lockstep:rebuild\n${USERS.replace("email TEXT", `email TEXT ${check}`)}`;
    assert.deepEqual(await lint([rebuild]), []);
  });

  it("are none: then nothing is dangerous", async () => {
    assert.deepEqual(await lint(["DROP TABLE users"], { before: USERS }), []);
    assert.deepEqual(await lint(["CREATE UNIQUE INDEX users_name ON users (name)"]), []);
  });

  it("are the migrations' own in a table that they make", async () => {
    assert.deepEqual(await lint([`${USERS}${ROWS}`, "DROP TABLE users"], { before: "" }), []);
  });

  it("that are copied into a new table are not", async () => {
    const copy =
      "CREATE TABLE copies (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO copies SELECT id, name FROM users";
    assert.deepEqual(await lint([copy, "DELETE FROM copies"]), ["delete_all_rows"]);
  });

  it("are not counted once an earlier pending migration has changed them", async () => {
    const migrations = [
      "UPDATE users SET email = name || '@example.org'",
      "CREATE UNIQUE INDEX users_email ON users (email)",
    ];
    assert.deepEqual(await lint(migrations), ["update_all_rows 2/3", "unique_with_duplicates"]);
  });

  it("are not counted behind code, which can do anything", async () => {
    const code: ListedMigration = { version: 1, up: () => undefined };
    assert.deepEqual(await lint([code, { version: 2, up: "DROP TABLE users" }]), ["drop_table"]);
  });

  it("follow a table to its new name without being counted", async () => {
    const found = await lint(["ALTER TABLE users RENAME TO people", "DROP TABLE people"]);
    assert.deepEqual(found, ["rename_table", "drop_table"]);
  });

  it("are read with better-sqlite3 too", async () => {
    const files = project({ "1-users.sql": USERS + ROWS, "2-drop.sql": "DROP TABLE users;" });
    const runner = new MigrationRunner({ ...files.options, driver: "better-sqlite3" });
    await runner.runMigrations({ to: 1 });
    assert.deepEqual(shown((await runner.lint()).findings), ["drop_table 3/3"]);
  });

  it("stay as they are, and so does the file", async () => {
    const files = project({ "1-users.sql": USERS + ROWS, "2-drop.sql": "DROP TABLE users;\nUPDATE nobody SET x = 1;" });
    const runner = new MigrationRunner(files.options);
    await runner.runMigrations({ to: 1 });
    const before = readFileSync(files.database);
    assert.equal((await runner.lint()).checked, 1);
    assert.deepEqual(readFileSync(files.database), before);
  });
});

describe("without a database", () => {
  it("all migrations are looked at, applied or not, and each has to be good for tables with rows", async () => {
    const runner = runnerOn([USERS + ROWS, "DROP TABLE users"], { before: "" });
    await runner.runMigrations();
    assert.deepEqual((await runner.lint()).findings, []);
    assert.deepEqual(shown((await runner.lint({ all: true })).findings), ["drop_table"]);
  });

  it("a table that a migration makes for itself is nobody's", async () => {
    const runner = runnerOn(["CREATE TABLE scratch (id INTEGER PRIMARY KEY) STRICT; DROP TABLE scratch"], {
      before: "",
    });
    assert.deepEqual(shown((await runner.lint({ all: true })).findings), []);
  });

  it("the file is not made", async () => {
    const files = project({ "1-users.sql": USERS });
    assert.deepEqual((await new MigrationRunner(files.options).lint()).findings, []);
    assert.throws(() => readFileSync(files.database), /ENOENT/);
  });
});

describe("what is said of a rule", () => {
  it("an allowance names several codes, in front of the statement or behind it", async () => {
    const unique = "-- lockstep:allow unique_with_duplicates, wide_index\n";
    const found = await lint([`${unique}CREATE UNIQUE INDEX users_email ON users (email);`]);
    assert.deepEqual(found, ["allowance_unneeded"]);
    assert.deepEqual(await lint(["DELETE FROM users; -- lockstep:allow delete_all_rows"]), []);
  });

  it("an allowance is needed also where this database has no rows", async () => {
    assert.deepEqual(await lint(["-- lockstep:allow drop_table\nDROP TABLE users;"], { before: USERS }), []);
  });

  it("an allowance for another target, or another program, is not unneeded", async () => {
    assert.deepEqual(
      await lint(["-- lockstep:allow target_forbids, needs_extension\nUPDATE users SET name = 'x' WHERE id = 1;"]),
      [],
    );
  });

  it("what a rebuild by hand leaves out may be allowed where the old table goes", async () => {
    const rebuild = (code: string): string => `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT) STRICT;
      -- lockstep:allow rebuild_omits_column
      INSERT INTO n (id, name) SELECT id, name FROM users;
      -- lockstep:allow ${code}
      DROP TABLE users;
      ALTER TABLE n RENAME TO users;`;
    const found = async (code: string): Promise<boolean> =>
      (await lint([rebuild(code)])).includes("allowance_unneeded");
    assert.equal(await found("drop_column"), false);
    assert.equal(await found("drop_table"), false);
    assert.equal(await found("delete_all_rows"), true);
  });

  it("a code is left out by the options of the runner, or of the call", async () => {
    assert.deepEqual(await lint(["DROP TABLE users"], { lint: { off: ["drop_table"] } }), []);
    const { findings } = await runnerOn(["DROP TABLE users"]).lint({ off: ["drop_table"] });
    assert.deepEqual(shown(findings), []);
  });

  it("a code or a target that does not exist is refused", async () => {
    const isInvalid = { code: "invalid_option", message: /did you mean drop_table\?/ };
    await assert.rejects(runnerOn(["SELECT 1"], { lint: { off: ["drop_tabel"] } }).lint(), isInvalid);
    // @ts-expect-error -- there is no such target
    await assert.rejects(runnerOn(["SELECT 1"]).lint({ target: "d2" }), { code: "invalid_option" });
  });

  it("a target makes dangers of what it refuses", async () => {
    const { findings } = await runnerOn(["PRAGMA foreign_keys = OFF; UPDATE users SET name = 'x' WHERE id = 1"]).lint({
      target: "d1",
    });
    assert.deepEqual(shown(findings), ["foreign_keys_pragma", "target_forbids"]);
  });
});

describe("a foreign key", () => {
  const messages = async (...sql: readonly string[]): Promise<readonly string[]> =>
    (await runnerOn(sql).lint()).findings
      .filter(({ code }) => code === "parent_key_not_unique")
      .map(({ level, message, fix }) => `${level} ${message.split(":")[0] ?? ""} ${fix ?? ""}`);
  const notes = (reference: string): string =>
    `CREATE TABLE notes (id INTEGER PRIMARY KEY, user INTEGER REFERENCES ${reference}) STRICT; CREATE INDEX n ON notes (user)`;

  it("to a column that is not there is told, with the name that may be meant", async () => {
    assert.deepEqual(await messages(notes("users (emial)")), [
      "danger users has no column emial -- did you mean email?",
    ]);
  });

  it("to a table that is not there is told, unless the same migration makes it", async () => {
    assert.deepEqual(await messages(notes("user")), ["warning there is no table user -- did you mean users?"]);
    assert.deepEqual(await messages(`${notes("teams")}; CREATE TABLE teams (id INTEGER PRIMARY KEY) STRICT`), []);
  });
});

describe("what SQLite refuses on a copy", () => {
  it("is told once for each run: what follows may follow from it", async () => {
    const found = await lint([
      "ALTER TABLE users ADD COLUMN x TEXT UNIQUE; UPDATE users SET x = 1 WHERE id = 1",
      "SELECT x FROM users",
    ]);
    assert.deepEqual(found, ["always_fails"]);
  });

  it("is not told behind code, which may have made what is missing", async () => {
    assert.deepEqual(
      await lint([
        { version: 1, up: () => undefined },
        { version: 2, up: "UPDATE later SET x = 1 WHERE id = 1" },
      ]),
      [],
    );
  });

  it("is found among hundreds of tables as among few", async () => {
    const many = Array.from(
      { length: 300 },
      (_, at) => `CREATE TABLE t${at} (id INTEGER PRIMARY KEY, a TEXT) STRICT;`,
    ).join("\n");
    const before = `${USERS}${many} CREATE VIEW named AS SELECT name FROM users; CREATE VIEW again AS SELECT * FROM named;`;
    assert.deepEqual(await lint(["ALTER TABLE users DROP COLUMN name"], { before }), ["always_fails"]);
    assert.deepEqual(await lint(["ALTER TABLE t7 DROP COLUMN a"], { before }), []);
    assert.deepEqual(await lint(["DROP TABLE users"], { before }), ["leaves_broken"]);
  });
});

describe("plan, status and up", () => {
  it("plan has dangers and warnings beside each statement, and no advice", async () => {
    const plan = await runnerOn(["CREATE TABLE a (x); DROP TABLE users"]).plan();
    const codes = plan.steps.flatMap(({ statements }) =>
      statements.map(({ hazards }) => hazards?.map(({ code }) => code)),
    );
    assert.deepEqual(codes, [undefined, ["drop_table"]]);
  });

  it("plan has none on the way down, which is measured", async () => {
    const runner = runnerOn([{ version: 1, up: "SELECT 1", down: "DROP TABLE users" }]);
    await runner.runMigrations();
    const plan = await runner.plan({ direction: "down" });
    assert.equal(plan.steps[0]?.statements[0]?.hazards, undefined);
  });

  it("status counts them, imports nothing for it, and bears a text that cannot be read", async () => {
    const files = project({
      "1-users.sql": USERS + ROWS,
      "2-drop.sql": "DROP TABLE users;",
      "3-throws.mjs": "throw new Error('imported')",
    });
    const runner = new MigrationRunner(files.options);
    await runner.runMigrations({ to: 1 });
    assert.equal((await runner.status()).hazards, 1);
    files.add({ "2-drop.sql": "DROP TABLE users; COMMIT;" });
    assert.equal((await runner.status()).hazards, undefined);
  });

  it("up tells them before it starts, to those who listen", async () => {
    const log = eventLog();
    const options = { onEvent: log.onEvent, allow: ["delete_all_rows"] } as const;
    await runnerOn(["DELETE FROM users -- lockstep:allow update_all_rows"], options).runMigrations();
    assert.deepEqual(log.lines().slice(0, 3), [
      "hazard_found 1: delete_all_rows",
      "hazard_found 1: allowance_unneeded",
      "started up 1 from 0",
    ]);
  });

  it("up leaves it to the failure to tell what fails", async () => {
    const log = eventLog();
    const runner = runnerOn(["UPDATE nobody SET x = 1 WHERE id = 1"], { onEvent: log.onEvent });
    await assert.rejects(runner.runMigrations(), { code: "statement_failed" });
    assert.equal(log.lines()[0], "started up 1 from 0");
  });

  it("a logger is warned, in one line", async () => {
    const lines: string[] = [];
    const logger = { info: () => undefined, warn: (line: string) => void lines.push(line) };
    await runnerOn(["DELETE FROM users"], { logger, allow: ["delete_all_rows"] }).runMigrations();
    assert.deepEqual(lines, [
      'migration 1 "Migration 1", line 1: delete_all_rows: this deletes every row of users (3 rows)',
    ]);
  });

  it("what is half-way is not looked at: the schema in front of it is gone", async () => {
    const files = project({
      "1-half.sql":
        "-- lockstep:no-transaction\nCREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\nINSERT INTO b VALUES (1);",
    });
    const runner = new MigrationRunner(files.options);
    await assert.rejects(runner.runMigrations());
    assert.deepEqual((await runner.lint()).findings, []);
    assert.equal(
      (await runner.plan()).steps[0]?.statements.some(({ hazards }) => hazards !== undefined),
      false,
    );
  });
});
