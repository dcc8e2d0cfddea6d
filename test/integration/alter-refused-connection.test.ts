/** A change is refused for the connection on which it would run, with the database and the settings as they were. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync } from "../../src/index.ts";
import { databaseOf, everythingIn, rebuild } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { applySettings, driverNames, openHandle, readSettings, rows, unusualSettings } from "../support/handle.ts";
import { thrown } from "../support/rejection.ts";
import { LESS, PLAIN, T } from "./alter-refusal.ts";

useFastFiles();

describe("a change is refused on a connection", () => {
  it("that guards the schema, where a CHECK names the table and so does another object", () => {
    const setup = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (t.n > 0)); INSERT INTO t VALUES (1, 1);
      CREATE TABLE u (t INT REFERENCES t ON DELETE CASCADE); INSERT INTO u VALUES (1)`;
    const database = databaseOf(setup, "better-sqlite3");
    const before = everythingIn(database);
    const handle = openHandle("better-sqlite3", database);
    const up = rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n REAL CHECK (t.n > 0))");
    const error = thrown(() => migrateSync({ database: handle, migrations: [{ version: 1, up }] }), "rebuild_refused");
    assert.match(error.message, /a CHECK of "t" names the table itself, "u" names the table too/);
    handle.close();
    assert.deepEqual(everythingIn(database), before);
    // By its path it can be done.
    migrateSync({ database, driver: "better-sqlite3", migrations: [{ version: 1, up }] });
  });

  it("that guards the schema, and not for what SQLite itself can do, but for what that would break", () => {
    const table = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (t.n > 0)";
    const handle = openHandle("better-sqlite3", databaseOf(`${table}, m INT); INSERT INTO t VALUES (1, 1, 2)`));
    handle.exec(
      "CREATE TABLE u (t INT REFERENCES t); CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w AS SELECT m FROM t",
    );
    const migrations = [{ version: 1, up: rebuild(`${table}, m INT, k INT DEFAULT 7)`) }];
    migrateSync({ database: handle, migrations });
    assert.deepEqual(rows(handle, "SELECT n, m, k FROM t"), [{ n: 1, m: 2, k: 7 }]);
    const drop = { version: 2, up: rebuild(`${table}, k INT DEFAULT 7)`, "drop m") };
    const all = { database: handle, migrations: [...migrations, drop], allow: ["drop_column"] } as const;
    const error = thrown(() => migrateSync(all), "rebuild_refused");
    assert.equal(error.details.problem, 'the view "w" would not work any more: no such column: m');
    handle.exec("DROP VIEW w");
    migrateSync(all);
    assert.deepEqual(rows(handle, "SELECT * FROM t"), [{ id: 1, n: 1, k: 7 }]);
    handle.close();
  });

  it("that takes a name in double quotes for a text, where no column has it", () => {
    const handle = new DatabaseSync(databaseOf(PLAIN), { enableDoubleQuotedStringLiterals: true });
    const copy = (expression: string): string => rebuild(T.replace("n INT", "n REAL"), `copy name = ${expression}`);
    const migrate = (up: string): unknown => migrateSync({ database: handle, migrations: [{ version: 1, up }] });
    const { details } = thrown(() => migrate(copy('upper("nam")')), "rebuild_refused");
    assert.equal(details.problem, 'the values of "name" cannot be computed: no such column: "nam"');
    assert.equal(details.hint, 'did you mean "name"?');
    assert.deepEqual(rows(handle, "SELECT name FROM t"), [{ name: "ann" }, { name: "bob" }]);
    migrate(copy(`upper("Name" COLLATE "nocase") || "rowid" || 'x'`));
    assert.deepEqual(rows(handle, "SELECT name FROM t"), [{ name: "ANN1x" }, { name: "BOB2x" }]);
    handle.close();
  });

  it("that does not have what the application registers, and says where that is known", () => {
    const database = databaseOf(PLAIN);
    const up = rebuild(T.replace("n INT", "n REAL CHECK (isFine(n))"));
    const migrations = [{ version: 1, up }];
    const { details } = thrown(() => migrateSync({ database, migrations }), "statement_failed");
    assert.equal(details.problem, "no such function: isFine");
    assert.match(details.hint, /give lockstep the handle that has it, in place of a path$/);
    const handle = new DatabaseSync(database);
    handle.function("isFine", { deterministic: true }, (value) => Number(Number(value) > 0));
    migrateSync({ database: handle, migrations });
    assert.deepEqual(rows(handle, "SELECT n FROM t"), [{ n: 1 }, { n: 2 }]);
    handle.close();
  });

  it("whose owner still goes through the rows of the table", () => {
    const handle = new DatabaseSync(databaseOf(PLAIN));
    const left = handle.prepare("SELECT * FROM t").iterate();
    left.next();
    const migrations = [{ version: 1, up: rebuild(T.replace("n INT", "n REAL")) }];
    const error = thrown(() => migrateSync({ database: handle, migrations }), "database_locked");
    assert.equal(error.details.problem, "a statement of this connection still reads what is to be changed");
    left.return?.();
    migrateSync({ database: handle, migrations });
    handle.close();
  });

  for (const driver of driverNames) {
    it(`with foreign keys on, with ${driver}`, () => {
      const setup = `${PLAIN}; CREATE TABLE u (t INT REFERENCES t ON DELETE CASCADE); INSERT INTO u VALUES (1)`;
      for (const wanted of [
        T.replace("n INT", "n REAL"),
        T.replace("n INT", "n INT DEFAULT 5"),
        T.replace(")", ", m)"),
      ]) {
        const database = databaseOf(setup, driver);
        const before = everythingIn(database);
        const migrations = [{ version: 1, up: rebuild(wanted), foreignKeys: "enforce" as const }];
        const error = thrown(() => migrateSync({ database, driver, migrations }), "rebuild_refused");
        assert.equal(
          error.details.problem,
          "foreign keys are on, and a rebuild with them on would run ON DELETE actions",
        );
        assert.deepEqual(everythingIn(database), before);
      }
    });

    it(`with a TEMP trigger on the table, with ${driver}`, () => {
      const handle = openHandle(driver, databaseOf(PLAIN, driver));
      handle.exec("CREATE TEMP TRIGGER mine AFTER INSERT ON t BEGIN SELECT 1; END");
      const migrations = [{ version: 1, up: rebuild(T.replace("n INT", "n REAL")) }];
      const error = thrown(() => migrateSync({ database: handle, migrations }), "rebuild_refused");
      assert.match(error.message, /the TEMP trigger "mine" of this connection is on the table/);
      assert.deepEqual(rows(handle, "SELECT name FROM sqlite_temp_schema"), [{ name: "mine" }]);
      handle.close();
    });

    it(`that lets rows through which break a CHECK, with ${driver}`, () => {
      const handle = openHandle(driver, databaseOf(PLAIN, driver));
      handle.exec("PRAGMA ignore_check_constraints = ON");
      const migrations = [{ version: 1, up: rebuild(T.replace("n INT", "n REAL CHECK (n > 1)")) }];
      const error = thrown(() => migrateSync({ database: handle, migrations }), "rebuild_refused");
      assert.equal(error.details.problem, "1 row breaks CHECK (n > 1) of the wanted table");
      assert.deepEqual(rows(handle, "SELECT typeof(n) AS type FROM t WHERE id = 1"), [{ type: "integer" }]);
      handle.close();
    });

    it(`with a TEMP table of the same name, with ${driver}`, () => {
      const handle = openHandle(driver, databaseOf(PLAIN, driver));
      handle.exec("CREATE TEMP TABLE T (a)");
      const migrations = [{ version: 1, up: rebuild(T.replace("n INT", "n REAL")) }];
      const error = thrown(() => migrateSync({ database: handle, migrations }), "rebuild_refused");
      assert.match(error.message, /a TEMP table of this connection is called "T" too/);
      handle.close();
    });

    it(`with its settings as they were, with ${driver}`, () => {
      const setup = `${PLAIN}; CREATE INDEX i ON t (n); CREATE VIEW v AS SELECT n FROM t`;
      const changes = [
        rebuild(T.replace("name TEXT", "name BLOB CHECK (id > 5)")),
        rebuild(T.replace("n INT", "n INT NOT NULL CHECK (n > 5)")),
        rebuild(LESS.replace("name TEXT", "m INT"), "drop name", "renamed m from n", "copy m = m"),
        rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT)", "drop n", "renamed title from name"),
      ];
      for (const up of changes) {
        const handle = openHandle(driver, databaseOf(setup, driver));
        applySettings(handle, { ...unusualSettings, ignore_check_constraints: 0 });
        const settings = readSettings(handle);
        thrown(() => migrateSync({ database: handle, migrations: [{ version: 1, up }] }), "rebuild_refused");
        assert.deepEqual(readSettings(handle), settings);
        handle.close();
      }
    });
  }
});
