/** Changing a table, in SQL and in code: what is kept, which way is chosen, what is refused, and the way back. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import {
  migrate,
  MigrationRunner,
  type ErrorCode,
  type ListedMigration,
  type MigrationContext,
  type TableEditor,
} from "../../src/index.ts";
import { driverNames, openHandle, readSettings, type OpenHandle } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const first: ListedMigration = {
  version: 1,
  up: `CREATE TABLE users (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      first TEXT, -- given name
      last TEXT, age TEXT DEFAULT '1',
      boss INTEGER REFERENCES users (id) ON DELETE SET NULL
    );
    CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT);
    CREATE INDEX users_age ON users (age) WHERE age IS NOT NULL;
    CREATE TRIGGER users_log AFTER UPDATE ON users BEGIN DELETE FROM notes WHERE user_id = old.id AND new.age = 'gone'; END;
    CREATE TRIGGER notes_log AFTER INSERT ON notes BEGIN UPDATE users SET age = age WHERE id = new.user_id; END;
    CREATE VIEW grown AS SELECT id, age FROM users;
    INSERT INTO users (first, last, age, boss) VALUES ('Ada', 'L', '36', NULL), ('Alan', 'T', '41', 1), ('x', 'y', '7', 1);
    DELETE FROM users WHERE id = 3;
    INSERT INTO notes VALUES (1, 1, 'a'), (2, 2, 'b');`,
};

const wanted = `-- lockstep:rebuild
  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    full_name TEXT NOT NULL, -- whole
    years INTEGER NOT NULL DEFAULT 0 CHECK (users.years >= 0), -- lockstep:renamed from age
    boss INTEGER REFERENCES users (id) ON DELETE SET NULL
  ) STRICT;
  -- lockstep:copy full_name = first || ' ' || last`;

function inCode(_db: OpenHandle, { schema }: MigrationContext): void {
  schema.alterTable("USERS", (table) =>
    table
      .addColumn("full_name TEXT NOT NULL")
      .fill("full_name", "first || ' ' || last")
      .dropColumn("first")
      .dropColumn("last")
      .renameColumn("age", "years")
      .retypeColumn("years", "INTEGER")
      .setDefault("years", "0")
      .setNotNull("years")
      .addCheck("years >= 0")
      .setStrict(),
  );
}

const forms: Readonly<Record<string, ListedMigration["up"]>> = { SQL: wanted, code: inCode };

for (const driver of driverNames) {
  describe(`a table that is changed, with ${driver}`, () => {
    for (const [form, up] of Object.entries(forms)) {
      it(`keeps its rows and all that belongs to it, in ${form}`, async () => {
        const database = workspace().path("app.db");
        const handle = openHandle(driver, database);
        const settings = readSettings(handle);
        await migrate({ database: handle, migrations: [first, { version: 2, up }] });
        assert.deepEqual(readSettings(handle), settings);
        handle.close();
        assert.deepEqual(look(database, "SELECT id, full_name, years, boss FROM users ORDER BY id"), [
          { id: 1, full_name: "Ada L", years: 36, boss: null },
          { id: 2, full_name: "Alan T", years: 41, boss: 1 },
        ]);
        assert.deepEqual(lookUp(database, "SELECT body FROM notes ORDER BY id"), ["a", "b"]);
        assert.deepEqual(lookUp(database, "SELECT seq FROM sqlite_sequence WHERE name = 'users'"), [3]);
        assert.deepEqual(lookUp(database, "SELECT name FROM pragma_index_list('users')"), ["users_age"]);
        assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1"), [
          "notes_log",
          "users_log",
        ]);
        assert.deepEqual(lookUp(database, "SELECT years FROM grown ORDER BY id"), [36, 41]);
        assert.deepEqual(look(database, "PRAGMA foreign_key_check"), []);
        assert.deepEqual(look(database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
      });
    }

    for (const [title, sql, says] of [
      [
        "a column of which nothing is said",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER)",
        /"body" is not in/,
      ],
      ["a table that is not there", "CREATE TABLE note (id INTEGER PRIMARY KEY)", /did you mean "notes"\?/],
      [
        "a new column that no row has a value for",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER, body TEXT, at TEXT NOT NULL)",
        /"at" refuses NULL/,
      ],
      [
        "an index on a column that goes",
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, first TEXT, last TEXT, boss INTEGER);\n-- lockstep:drop age",
        /users_age/,
      ],
      ["one of lockstep's own tables", "CREATE TABLE metadata (key TEXT)", /own tables/],
      ["a view", "CREATE TABLE grown (id INTEGER)", /is a view/],
    ] as const) {
      it(`is refused where it has ${title}, and everything is as before`, async () => {
        const database = workspace().path("app.db");
        await migrate({ database, driver, migrations: [first] });
        const before = readState(database);
        const migrations = [first, { version: 2, up: `-- lockstep:rebuild\n${sql}` }];
        const error = await rejection(migrate({ database, driver, migrations }), "rebuild_refused");
        assert.match(error.message, says);
        assert.equal(error.details.databaseVersion, 1);
        assert.deepEqual(readState(database), before);
      });
    }

    it("is refused where values would become others, unless that is allowed", async () => {
      const database = workspace().path("app.db");
      const codes = {
        version: 1,
        up: "CREATE TABLE codes (code TEXT); INSERT INTO codes VALUES ('007'), ('42'), (NULL)",
      };
      await migrate({ database, driver, migrations: [codes] });
      const before = readState(database);
      const sql = "-- lockstep:rebuild\nCREATE TABLE codes (code INTEGER);";
      const error = await rejection(
        migrate({ database, driver, migrations: [codes, { version: 2, up: sql }] }),
        "lossy_conversion",
      );
      assert.match(error.message, /1 value of codes\.code would become another: '007' → 7/);
      assert.deepEqual(readState(database), before);
      const allowed = { version: 2, up: `${sql}\n-- lockstep:allow lossy_conversion` };
      await migrate({ database, driver, migrations: [codes, allowed] });
      assert.deepEqual(lookUp(database, "SELECT code FROM codes ORDER BY rowid"), [7, 42, null]);
    });

    it("is planned with the way that is chosen, and nothing is run for it", async () => {
      const database = workspace().path("app.db");
      await migrate({ database, driver, migrations: [first] });
      const before = readState(database);
      const texts = [
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT, extra INTEGER);",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT DEFAULT '', extra INTEGER);",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT DEFAULT '', extra TEXT);",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);",
      ];
      const up = texts.map((text) => `-- lockstep:rebuild\n${text}`).join("\n");
      const runner = new MigrationRunner({ database, driver, migrations: [first, { version: 2, up }] });
      const statements = (await runner.plan()).steps[0]?.statements ?? [];
      assert.deepEqual(
        statements.map(({ rebuild }) => (rebuild?.kind === "known" ? rebuild.method : rebuild?.kind)),
        ["native", "schema_edit", "rebuild", "refused"],
      );
      const known = statements[2]?.rebuild;
      assert.ok(known?.kind === "known");
      assert.equal(known.rows, 2);
      assert.deepEqual(
        known.statements.map((sql) => sql.split(" ").slice(0, 2).join(" ")),
        ["ALTER TABLE", "CREATE TABLE", "INSERT OR", "DROP TABLE", "CREATE TRIGGER"],
      );
      assert.deepEqual(readState(database), before);
    });

    it("says in code what is to be called there, and changes the case of a name", async () => {
      const database = workspace().path("app.db");
      const made = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, '007'), (2, NULL)";
      const hintOf = async (change: (table: TableEditor) => unknown, code: ErrorCode): Promise<string> => {
        const up = (_: unknown, { schema }: MigrationContext): void => schema.alterTable("t", change);
        const migrations = [
          { version: 1, up: made },
          { version: 2, up },
        ];
        return (await rejection(migrate({ database, driver, migrations }), code)).details.hint;
      };
      const lossy = await hintOf((table) => table.retypeColumn("n", "INT"), "lossy_conversion");
      assert.match(lossy, /fill\("n", "…"\); .*allow: \["lossy_conversion"\]/);
      const refused = await hintOf((table) => table.setNotNull("n"), "rebuild_refused");
      assert.match(refused, /with fill\(\)$/);
      const empty = await hintOf((table) => table.addColumn("m INT NOT NULL"), "rebuild_refused");
      assert.match(empty, /with fill\("m", "…"\)$/);
      const up = (_: unknown, { schema }: MigrationContext): void =>
        schema.alterTable("t", (table) => table.renameColumn("n", "N"));
      await migrate({
        database,
        driver,
        migrations: [
          { version: 1, up: made },
          { version: 2, up },
        ],
      });
      assert.match(String(lookUp(database, "SELECT sql FROM sqlite_schema WHERE name = 't'")[0]), /"?N"? TEXT/);
    });

    it("is planned for a database that is not there, and that stays so", async () => {
      const place = workspace();
      const migrations = [first, { version: 2, up: wanted }];
      const plan = await new MigrationRunner({ database: place.path("app.db"), migrations, driver }).plan();
      const rebuild = plan.steps[1]?.statements[0]?.rebuild;
      assert.equal(rebuild?.kind === "known" ? rebuild.method : rebuild?.kind, "rebuild");
      assert.equal(existsSync(place.path("app.db")), false);
    });

    it("is undone by the way back that lockstep computed", async () => {
      const database = workspace().path("app.db");
      await migrate({ database, driver, migrations: [first] });
      const before = readState(database);
      const up =
        "-- lockstep:rebuild\nCREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT NOT NULL, n INTEGER) STRICT;";
      const runner = new MigrationRunner({ database, driver, migrations: [first, { version: 2, up }] });
      await runner.runMigrations();
      assert.notDeepEqual(readState(database).schema, before.schema);
      await runner.rollback();
      const after = readState(database);
      assert.deepEqual(after.rows, before.rows);
      assert.deepEqual(after.schema, before.schema);
    });

    it("is undone by the way back that lockstep computed, where a generated column became one of its own", async () => {
      const database = workspace().path("app.db");
      const made =
        "CREATE TABLE t (Id INTEGER PRIMARY KEY, a INT, g INT AS (a * 2) STORED); INSERT INTO t VALUES (1, 2)";
      await migrate({ database, driver, migrations: [{ version: 1, up: made }] });
      const before = readState(database);
      const up = "-- lockstep:rebuild\nCREATE TABLE t (id INTEGER PRIMARY KEY, a INT, g INT);";
      const runner = new MigrationRunner({
        database,
        driver,
        migrations: [
          { version: 1, up: made },
          { version: 2, up },
        ],
      });
      await runner.runMigrations();
      // They are values of the user's now.
      await rejection(runner.rollback(), "would_lose_data");
      await runner.rollback({ allowLoss: true });
      assert.deepEqual(readState(database).rows, before.rows);
      assert.deepEqual(readState(database).schema, before.schema);
    });

    for (const [what, table, columns, isBack] of [
      ["were to change and did", "code TEXT); INSERT INTO t VALUES ('007')", "code INT", false],
      ["were to change and did not", "code TEXT); INSERT INTO t VALUES ('7')", "code INT", true],
      [
        "got a type, which a column without one does not give back",
        "code); INSERT INTO t VALUES (7), ('7')",
        "code TEXT",
        false,
      ],
      ["had that type already", "code); INSERT INTO t VALUES ('7'), (NULL), (X'37')", "code TEXT", true],
    ] as const) {
      it(`${isBack ? "has" : "has no"} computed way back where its values ${what}`, async () => {
        const database = workspace().path("app.db");
        const made = { version: 1, up: `CREATE TABLE t (${table}` };
        await migrate({ database, driver, migrations: [made] });
        const before = readState(database);
        const up = `-- lockstep:rebuild\nCREATE TABLE t (${columns});\n-- lockstep:allow lossy_conversion\n`;
        const runner = new MigrationRunner({ database, driver, migrations: [made, { version: 2, up }] });
        await runner.runMigrations();
        if (!isBack) return void (await rejection(runner.rollback({ allowLoss: true }), "irreversible"));
        await runner.rollback();
        assert.deepEqual(readState(database).rows, before.rows);
      });
    }

    it("is undone by a way down with a rebuild in it, also from the history", async () => {
      const database = workspace().path("app.db");
      await migrate({ database, driver, migrations: [first] });
      const before = readState(database);
      const down = "-- lockstep:rebuild\nCREATE TABLE codes (code TEXT);\n-- lockstep:renamed code from number";
      const codes = { version: 2, up: "CREATE TABLE codes (number INTEGER); INSERT INTO codes VALUES (7)", down };
      await migrate({ database, driver, migrations: [first, codes] });
      const older = new MigrationRunner({ database, driver, migrations: [first] });
      await older.rollback({ allowLoss: true });
      assert.deepEqual(lookUp(database, "SELECT code FROM codes"), ["7"]);
      assert.equal(readState(database).metadata?.["schema_version"], before.metadata?.["schema_version"]);
    });
  });
}
