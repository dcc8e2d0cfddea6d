/** diff(): where schemas come from, what is asked, what is refused; and that nothing is written. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MigrationRunner, type RenameQuestion } from "../../src/index.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";

const USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, note TEXT);\n";

/** A project with one migration and a wanted schema. */
function projectWith(wanted: string, today: string = USERS): Project & { readonly to: string } {
  const space = project({ "001-users.sql": today });
  space.write({ "schema.sql": wanted });
  return { ...space, to: space.path("schema.sql") };
}

describe("diff()", () => {
  it("replays all migrations, and neither needs nor makes a database", async () => {
    const { options, to, root } = projectWith(USERS.replace(");", ", age INTEGER);"));
    const { changes, up, down, name, from } = await new MigrationRunner(options).diff({ to });
    assert.deepEqual(changes, [
      { kind: "alter_table", table: "users", changes: [{ kind: "add_column", column: "age" }] },
    ]);
    assert.equal(up, "ALTER TABLE users ADD COLUMN age INTEGER;\n");
    assert.equal(down, "ALTER TABLE users DROP COLUMN age;\n");
    assert.equal(name, "add-age-to-users");
    assert.equal(from, undefined);
    assert.deepEqual(readdirSync(root).toSorted(), ["migrations", "schema.sql"]);
  });

  it("counts in the database what would be lost or in the way, and leaves it as it is", async () => {
    const wanted = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
    const { options, to, database } = projectWith(wanted);
    await new MigrationRunner(options).runMigrations();
    const handle = new DatabaseSync(database);
    handle.exec("INSERT INTO users (name, note) VALUES ('Ada', 'x'), (NULL, 'y'), ('Alan', NULL)");
    const before = handle.prepare("SELECT * FROM sqlite_schema").all();
    const { hazards } = await new MigrationRunner(options).diff({ to });
    assert.deepEqual(
      hazards.map(({ code, column, count }) => [code, column, count]),
      [
        ["drop_column", "note", 2],
        ["null_refused", "name", 1],
      ],
    );
    assert.deepEqual(handle.prepare("SELECT * FROM sqlite_schema").all(), before);
    handle.close();
  });

  it("takes databases, directories, and the dumps of lockstep for schemas", async () => {
    const { options, database, migrations, path, write } = projectWith("");
    const runner = new MigrationRunner(options);
    await runner.runMigrations();
    write({ "dump.sql": (await runner.dump()).schema });
    for (const to of [database, migrations, path("dump.sql")]) {
      for (const from of [undefined, database, migrations, path("dump.sql")]) {
        const { changes, name } = await runner.diff({ to, ...(from === undefined ? {} : { from }) });
        assert.deepEqual([changes, name], [[], ""], `${from} → ${to}`);
      }
    }
  });

  it("asks about each column and table that may have another name, and takes each answer once", async () => {
    const { options, to } = projectWith("CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT, remark TEXT);\n");
    const asked: RenameQuestion[] = [];
    const answers = ["people", "full_name", "remark"];
    const rename = (question: RenameQuestion): string | undefined => {
      asked.push(question);
      return answers.shift();
    };
    const { up } = await new MigrationRunner(options).diff({ to, rename });
    assert.deepEqual(asked, [
      { kind: "table", from: "users", candidates: ["people"] },
      { kind: "column", table: "people", from: "name", candidates: ["full_name", "remark"] },
      { kind: "column", table: "people", from: "note", candidates: ["remark"] },
    ]);
    assert.match(up, /users RENAME TO people;\nALTER TABLE people RENAME COLUMN name TO full_name;/);
    assert.doesNotMatch(up, /DROP|drop/);
  });

  it("drops what nobody calls renamed, and says so in the file where it is allowed", async () => {
    const { options, to } = projectWith("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);\n");
    const runner = new MigrationRunner(options);
    const answered = await runner.diff({ to, rename: () => Promise.resolve(undefined) });
    assert.equal(answered.up, "ALTER TABLE users DROP COLUMN note;\nALTER TABLE users ADD COLUMN age INTEGER;\n");
    const allowed = await runner.diff({ to, allow: ["drop_column"] });
    assert.match(allowed.up, /^-- lockstep:allow drop_column\nALTER TABLE users DROP COLUMN note;/);
    assert.deepEqual(
      allowed.hazards.map(({ code }) => code),
      ["drop_column"],
    );
  });

  it("refuses to guess, and names the annotation", async () => {
    const { options, to, root, migrations } = projectWith("CREATE TABLE people (id INTEGER PRIMARY KEY);\n");
    const error = await rejection(
      new MigrationRunner(options).diff({ to, allow: ["drop_column"] }),
      "rename_ambiguous",
    );
    assert.match(error.details.hint, /in front of CREATE TABLE people: -- lockstep:renamed from users/);
    assert.equal(error.details.outcome, "unchanged");
    assert.deepEqual(readdirSync(root).toSorted(), ["migrations", "schema.sql"]);
    assert.deepEqual(readdirSync(migrations), ["001-users.sql"]);
  });

  it("refuses annotations that say nothing true, with their place", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, a TEXT -- lockstep:renamed from nte\n);",
        /no such column/,
      ],
      ["CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, a TEXT -- lockstep:renamed note\n);", /not written/],
      [
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, note TEXT, a TEXT -- lockstep:renamed from note\n);",
        /still has/,
      ],
      ["-- lockstep:renamed from users\nCREATE VIEW v AS SELECT 1;", /beside no column/],
      [
        "CREATE TABLE users (id, a, -- lockstep:renamed from name\n b -- lockstep:renamed from name\n);",
        /two are renamed/,
      ],
      [
        "CREATE TABLE users (id, name, -- lockstep:renamed from note\n note -- lockstep:renamed from name\n);",
        /lead from "note" to "name" and back/,
      ],
    ];
    for (const [wanted, problem] of cases) {
      const { options, to } = projectWith(wanted);
      const error = await rejection(new MigrationRunner(options).diff({ to }), "directive_invalid");
      assert.match(error.details.problem, problem);
      assert.ok(error.details.place.kind === "file" && error.details.place.line !== undefined);
    }
  });

  it("drafts a CHECK that takes the rows which CREATE TABLE takes: those for which it is NULL", async () => {
    const { options, to, database, write } = projectWith(
      USERS.replace("note TEXT", "note TEXT CHECK (note <> ''), age INTEGER CHECK (age >= 0)"),
    );
    await new MigrationRunner(options).runMigrations();
    const handle = new DatabaseSync(database);
    handle.exec("INSERT INTO users (name) VALUES ('Ada')");
    handle.close();
    const { up, down } = await new MigrationRunner(options).diff({ to });
    write({ "migrations/002-checks.sql": `-- lockstep:up\n${up}-- lockstep:down\n${down}` });
    const runner = new MigrationRunner(options);
    assert.equal((await runner.runMigrations()).toVersion, 2);
    assert.deepEqual(
      (await runner.check({ cache: "ignore" })).findings.filter(({ code }) => code !== "hazard"),
      [],
    );
    assert.equal((await runner.rollback({ to: 1 })).toVersion, 1);
  });

  it("makes no name that no file can have", async () => {
    const { options, to } = projectWith(`${USERS}CREATE TABLE ${"long".repeat(70)} (x);\n`);
    assert.equal((await new MigrationRunner(options).diff({ to })).name, "change-schema");
  });

  it("tells a migration that fails, and nothing of the database in memory that it failed on", async () => {
    const { options, to, database } = projectWith(USERS, `${USERS}CREATE TABLE wrong (`);
    await new MigrationRunner({ database, migrations: [{ version: 1, up: USERS }] }).runMigrations();
    const { message, details } = await rejection(new MigrationRunner(options).diff({ to }), "statement_failed");
    assert.match(message, /001-users\.sql:2:20 {2}\(statement 2 of 2\)/);
    assert.match(message, /^ state: nothing changed$/m);
    assert.equal(details.databaseVersion, undefined);
  });

  it("refuses a wanted schema that SQLite refuses, with its place", async () => {
    const { options, to } = projectWith("CREATE TABLE a (id);\nCREATE INDEX i ON b (id);\n");
    const error = await rejection(new MigrationRunner(options).diff({ to }), "statement_failed");
    assert.ok(error.details.place.kind === "file" && error.details.place.line === 2);
    assert.equal(error.details.outcome, "unchanged");
  });

  it("refuses what is no schema", async () => {
    const { options, path, write } = projectWith("");
    write({ "attach.sql": "ATTACH 'other.db' AS other;\n", "latin.sql": new Uint8Array([0x2d, 0x2d, 0xe4]) });
    for (const to of ["missing.sql", "attach.sql", "latin.sql"]) {
      await rejection(new MigrationRunner(options).diff({ to: path(to) }), "wanted_unreadable");
    }
    await rejection(new MigrationRunner(options).diff({ to: "" }), "invalid_option");
  });

  it("refuses a schema without anything in it, unless all that is there is meant to go", async () => {
    const { options, to, path, write, migrations } = projectWith("-- nothing yet\n");
    write({ "none/notes.md": "no migrations" });
    const runner = new MigrationRunner(options);
    for (const wanted of [to, path("none")]) {
      const error = await rejection(runner.diff({ to: wanted }), "wanted_unreadable");
      assert.match(error.message, /no table and no view/);
    }
    assert.equal(
      (await runner.diff({ to, allow: ["drop_table"] })).up,
      "-- lockstep:allow drop_table\nDROP TABLE users;\n",
    );
    assert.deepEqual((await runner.diff({ to, from: path("none") })).changes, []);
    assert.deepEqual(readdirSync(migrations), ["001-users.sql"]);
  });

  it("does not take a table of the application for one of its own, and leave it out", async () => {
    const metadata = "CREATE TABLE metadata (id INTEGER PRIMARY KEY, title TEXT);\n";
    const { options, to } = projectWith(USERS + metadata);
    const error = await rejection(new MigrationRunner(options).diff({ to }), "metadata_invalid");
    assert.ok(error.details.place.kind === "file" && error.details.place.file === to);
    const { up } = await new MigrationRunner({ ...options, metadataTable: "migrations" }).diff({ to });
    assert.equal(up, metadata);
  });

  it("tells which views and triggers of the wanted schema do not work, but for those that did not before", async () => {
    const old = "CREATE VIEW old AS SELECT absent FROM users;\n";
    const tell = "CREATE TABLE log (x);\nCREATE TRIGGER tell AFTER INSERT ON log BEGIN DELETE FROM notes; END;\n";
    const { options, to } = projectWith(
      `${USERS}${old}${tell}CREATE VIEW wrong AS SELECT nme FROM users;\n`,
      `${USERS}${old}${tell}CREATE TABLE notes (x);\n`,
    );
    const { hazards } = await new MigrationRunner(options).diff({ to });
    assert.deepEqual(
      hazards.filter(({ code }) => code === "leaves_broken").map(({ table, message }) => [table, message]),
      [
        ["wrong", 'the view "wrong" does not work then: no such column: nme'],
        ["log", 'the trigger "tell" does not work then: no such table: main.notes'],
      ],
    );
  });

  it("refuses a rename beside a view that does not work, and names it", async () => {
    const view = "CREATE VIEW broken AS SELECT absent FROM users;\n";
    const { options, to } = projectWith(
      USERS.replace("name TEXT,", "title TEXT, -- lockstep:renamed from name\n") + view,
      USERS + view,
    );
    const error = await rejection(new MigrationRunner(options).diff({ to }), "rebuild_refused");
    assert.match(error.details.problem, /the view "broken" does not/);
  });

  it("refuses a rename beside a trigger that never runs and cannot be read, and names it", async () => {
    const trigger = "CREATE TRIGGER t AFTER UPDATE OF name ON users BEGIN DELETE FROM log WHERE x = NEW.name; END;\n";
    const { options, to } = projectWith(
      `${USERS.replace("name TEXT,", "title TEXT, -- lockstep:renamed from name\n")}CREATE TABLE log (x);\n${trigger}`,
      `${USERS}CREATE TABLE log (x);\n${trigger}`,
    );
    const error = await rejection(new MigrationRunner(options).diff({ to }), "rebuild_refused");
    assert.match(error.details.problem, /the trigger "t" does not: no such column: NEW\.name$/);
  });

  it("refuses a rebuild beside a table that SQLite cannot read again, and says so", async () => {
    // CREATE TABLE takes it; every rename in this schema is refused from then on.
    const odd =
      "CREATE TABLE odd (a COLLATE NOCASE, UNIQUE (a COLLATE BINARY) ON CONFLICT ROLLBACK, PRIMARY KEY (a) ON CONFLICT ABORT)";
    const { options, to } = projectWith(
      `${USERS.replace("name TEXT", "name")}${odd} WITHOUT ROWID;\n`,
      `${USERS}${odd} WITHOUT ROWID;\n`,
    );
    const error = await rejection(new MigrationRunner(options).diff({ to }), "rebuild_refused");
    assert.match(error.message, /cannot read again: error in table odd: conflicting ON CONFLICT clauses specified/);
  });

  it("counts comments only where they are asked for", async () => {
    const { options, to } = projectWith(USERS.replace("name TEXT,", "name TEXT, -- as on the passport\n"));
    const runner = new MigrationRunner(options);
    assert.deepEqual((await runner.diff({ to })).changes, []);
    const { changes, up } = await runner.diff({ to, comments: "compare" });
    assert.deepEqual(changes, [{ kind: "alter_table", table: "users", changes: [{ kind: "change_comments" }] }]);
    assert.match(up, /^-- lockstep:rebuild\n.*-- as on the passport/);
  });

  it("drafts a way back that runs on rows, also for what refuses NULL", async () => {
    const today = "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, tag TEXT NOT NULL) STRICT;\n";
    const { options, to, add, database } = projectWith("CREATE TABLE users (id INTEGER PRIMARY KEY) STRICT;\n", today);
    const runner = new MigrationRunner(options);
    const { up, down } = await runner.diff({ to, allow: ["drop_column"] });
    await runner.runMigrations();
    const handle = new DatabaseSync(database);
    handle.exec("INSERT INTO users VALUES (7, 41, 'x')");
    add({ "002-drop.sql": `-- lockstep:up\n${up}\n-- lockstep:down\n${down}` });
    await runner.runMigrations();
    assert.deepEqual({ ...handle.prepare("SELECT * FROM users").get() }, { id: 7 });
    await runner.rollback({ allowLoss: true });
    assert.deepEqual({ ...handle.prepare("SELECT * FROM users").get() }, { id: 7, age: 0, tag: "" });
    handle.close();
  });
});
