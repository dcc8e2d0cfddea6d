/**
 * The check for orphans looks where a step has touched, and nowhere else: what it asks of SQLite is written down by a thin driver
 * around a real connection. A step that only adds something asks nothing.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runSync } from "../../src/core/task.ts";
import type { Connection, Driver, SqlValue } from "../../src/driver/driver.ts";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { migrateSync, type ListedMigration, type MigrateOptions } from "../../src/index.ts";
import { synchronous } from "../../src/mode.ts";
import { revertApplied } from "../../src/operations/index.ts";
import { withSession, type Session } from "../../src/session.ts";
import { up } from "../../src/start.ts";
import type { Task } from "../../src/core/task.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, type OpenHandle } from "../support/handle.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

/** customers ← orders ← lines, customers ← visits, accounts ← accounts; countries and notes have nothing to do with anybody. */
const SCHEMA: ListedMigration = {
  version: 1,
  up: `CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers ON DELETE CASCADE, note TEXT);
    CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders ON DELETE CASCADE);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers ON DELETE SET NULL);
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, up_id INTEGER REFERENCES accounts);
    CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT);
    CREATE TABLE notes (text TEXT);
    CREATE INDEX notes_text ON notes (text);
    CREATE INDEX customers_name ON customers (name);
    CREATE VIEW names AS SELECT name FROM countries;
    INSERT INTO customers VALUES (1, 'ann'), (2, 'bob');
    INSERT INTO orders VALUES (1, 1, NULL), (2, 2, NULL);
    INSERT INTO lines VALUES (1, 1), (2, 2);`,
};

/** What a step does, and the tables that are looked at for it, before and after. */
const CASES: readonly (readonly [sql: string, tables: string])[] = [
  ["ALTER TABLE orders ADD COLUMN total INTEGER", ""],
  ["ALTER TABLE orders ADD COLUMN total INTEGER NOT NULL DEFAULT 0", ""],
  ["ALTER TABLE orders ADD COLUMN country TEXT REFERENCES countries (code)", ""],
  ["CREATE INDEX orders_customer ON orders (customer_id)", ""],
  ["CREATE UNIQUE INDEX names_once ON customers (name)", ""],
  ["CREATE TABLE gifts (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers ON DELETE CASCADE)", ""],
  ["CREATE TABLE copies AS SELECT * FROM orders", ""],
  ["CREATE VIEW busy AS SELECT customer_id FROM orders", ""],
  ["DROP VIEW names", ""],
  ["PRAGMA foreign_keys = OFF; ALTER TABLE orders ADD COLUMN total INTEGER; PRAGMA foreign_keys = ON", ""],
  ["SELECT * FROM orders; ANALYZE orders; REINDEX", ""],
  // Without a foreign key and without children, no row can be an orphan nor leave one.
  ["UPDATE notes SET text = 'x'; DELETE FROM countries; INSERT INTO countries VALUES ('nz', NULL)", ""],
  ["DROP TABLE notes", ""],
  ["DROP INDEX notes_text", ""],
  // A new row can only be an orphan itself.
  ["INSERT INTO customers VALUES (3, 'eve')", ""],
  ["INSERT INTO orders VALUES (3, 1, NULL)", "orders"],
  ["CREATE TABLE gifts (customer_id INTEGER REFERENCES customers); INSERT INTO gifts VALUES (1)", "gifts"],
  ["ALTER TABLE lines ADD COLUMN visit_id INTEGER DEFAULT NULL REFERENCES visits", "lines"],
  // One that changes or goes can also leave those that point at it, and no others.
  ["UPDATE lines SET order_id = 2 WHERE id = 1", "lines"],
  ["UPDATE orders SET note = 'x' WHERE id = 1", "lines orders"],
  ["DELETE FROM customers WHERE id = 9", "orders visits"],
  ["UPDATE accounts SET up_id = NULL", "accounts"],
  ["ALTER TABLE customers RENAME TO clients", "orders visits"],
  ["ALTER TABLE customers RENAME COLUMN name TO title", "orders visits"],
  ["DROP INDEX customers_name", "orders visits"],
  [
    `CREATE TABLE new_lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders); INSERT INTO new_lines SELECT * FROM lines;
      DROP TABLE lines; ALTER TABLE new_lines RENAME TO lines`,
    "lines",
  ],
  [
    `PRAGMA foreign_keys=OFF; CREATE TABLE new_customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
      INSERT INTO new_customers SELECT * FROM customers; DROP TABLE customers; ALTER TABLE new_customers RENAME TO customers;
      CREATE INDEX customers_name ON customers (name); PRAGMA foreign_keys=ON`,
    "orders visits",
  ],
  // What a trigger or a view does, the words of the statement do not tell.
  ["CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM orders; END", ""],
  ["CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM lines; END; INSERT INTO notes VALUES ('x')", "everywhere"],
];

const EVERYWHERE = "accounts lines orders visits";

/** The tables in which a run has looked for orphans, by name. */
interface Looked {
  readonly tables: Set<string>;
  /** The driver that writes them down. */
  readonly driver: Driver;
}

function watch(inner: Driver): Looked {
  const tables = new Set<string>();
  const connect = (connection: Connection): Connection => ({
    ...connection,
    get isOpen(): boolean {
      return connection.isOpen;
    },
    get inTransaction(): boolean {
      return connection.inTransaction;
    },
    execute(sql) {
      assert.doesNotMatch(sql, /foreign_key_check/);
      return connection.execute(sql);
    },
    query(sql: string, parameters: readonly SqlValue[] = []) {
      if (/foreign_key_check/.test(sql)) tables.add(String(parameters[0] ?? "without a name"));
      return connection.query(sql, parameters);
    },
  });
  const driver: Driver = {
    ...inner,
    adopt: (handle) => connect(inner.adopt(handle)),
    open: (path, access) => connect(inner.open(path, access)),
  };
  return { tables, driver };
}

/** Runs one call with the driver that writes down. */
function tablesLookedAt(inner: Driver, options: MigrateOptions, call: (session: Session) => Task<unknown>): string {
  const { tables, driver } = watch(inner);
  const drivers = { [driver.name]: driver };
  runSync(
    withSession(
      { ...options, driver: driver.name as "node:sqlite" },
      { mode: synchronous, access: "write", drivers },
      call,
    ),
    () => assert.fail("a promise"),
  );
  return [...tables].toSorted().join(" ");
}

const DRIVERS: Readonly<Record<string, Driver>> = { "node:sqlite": nodeSqlite, "better-sqlite3": betterSqlite3 };

for (const name of driverNames) {
  const driver = DRIVERS[name] as Driver;

  describe(`the check for orphans, with ${name}`, () => {
    for (const [sql, expected] of CASES) {
      const tables = expected === "everywhere" ? EVERYWHERE : expected;
      it(`looks ${tables === "" ? "nowhere" : `at ${tables}`} for ${sql.replaceAll(/\s+/g, " ")}`, () => {
        const database = workspace().path("app.db");
        migrateSync({ database, migrations: [SCHEMA] });
        const inSql = { database, migrations: [SCHEMA, { version: 2, up: sql, down: "SELECT 1" }] };
        assert.equal(
          tablesLookedAt(driver, inSql, (session) => up(session)),
          tables,
        );
      });

      it(`looks at the same from code, and on the way down, for ${sql.replaceAll(/\s+/g, " ")}`, () => {
        const code = (db: OpenHandle): void => {
          for (const statement of sql.split(/;(?! END| INSERT| DELETE)/)) db.exec(statement) as void;
        };
        const database = workspace().path("app.db");
        migrateSync({ database, migrations: [SCHEMA] });
        migrateSync({ database, migrations: [SCHEMA, { version: 2, up: "SELECT 1" }] });
        const migrations = [SCHEMA, { version: 2, up: "SELECT 1", down: code }];
        const down = (session: Session): Task<unknown> => revertApplied(session, { allowLoss: true });
        assert.equal(tablesLookedAt(driver, { database, migrations }, down), tables);
      });
    }

    it("looks everywhere for code on a handle that others use too, and where a TEMP trigger may write anywhere", () => {
      const handle = openHandle(name, ":memory:");
      migrateSync({ database: handle, migrations: [SCHEMA] });
      const code = [SCHEMA, { version: 2, up: (db: OpenHandle) => db.exec("INSERT INTO notes VALUES ('x')") }];
      assert.equal(
        tablesLookedAt(driver, { database: handle, migrations: code }, (session) => up(session)),
        EVERYWHERE,
      );
      handle.exec("CREATE TEMP TRIGGER t AFTER INSERT ON orders BEGIN DELETE FROM accounts; END");
      const sql = [...code, { version: 3, up: "INSERT INTO orders VALUES (7, 1, NULL)" }];
      assert.equal(
        tablesLookedAt(driver, { database: handle, migrations: sql }, (session) => up(session)),
        EVERYWHERE,
      );
      handle.close();
    });
  });
}
