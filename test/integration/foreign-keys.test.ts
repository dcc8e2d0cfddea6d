/** Foreign keys: a table can be rebuilt under its children, and no migration leaves a row that points at nothing. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type ListedMigration } from "../../src/index.ts";
import { driverNames, openHandle, pragma } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const ACTIONS = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"];

/** Three levels of tables, each row with children and grandchildren by the same action. */
function family(action: string): ListedMigration {
  return {
    version: 1,
    up: `CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id INT DEFAULT 1 REFERENCES parents (id) ON DELETE ${action} ON UPDATE ${action});
      CREATE TABLE grandchildren (id INTEGER PRIMARY KEY, child_id INT DEFAULT 1 REFERENCES children ON DELETE ${action});
      CREATE INDEX children_parent ON children (parent_id);
      INSERT INTO parents VALUES (1, 'ann'), (2, 'bob');
      INSERT INTO children VALUES (1, 1), (2, 2), (3, 2);
      INSERT INTO grandchildren VALUES (1, 1), (2, 2), (3, 3), (4, 3);`,
  };
}

const REBUILD = `CREATE TABLE new_parents (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
  INSERT INTO new_parents SELECT id, name, NULL FROM parents;
  DROP TABLE parents;
  ALTER TABLE new_parents RENAME TO parents;`;

/** The ways in which people write a rebuild. */
const rebuilds: Readonly<Record<string, ListedMigration["up"]>> = {
  SQL: REBUILD,
  "SQL with PRAGMA foreign_keys around it": `PRAGMA foreign_keys=OFF; ${REBUILD} PRAGMA foreign_keys=ON;`,
  "SQL with PRAGMA defer_foreign_keys": `PRAGMA defer_foreign_keys = ON; ${REBUILD}`,
  code: (db: DatabaseSync) => db.exec(REBUILD),
  "code with PRAGMA foreign_keys in it": (db: DatabaseSync) =>
    db.exec(`PRAGMA foreign_keys=OFF; ${REBUILD} PRAGMA foreign_key_check; PRAGMA foreign_keys=ON;`),
  "code that takes its time": async (db: DatabaseSync) => {
    for (const statement of REBUILD.split(";\n")) {
      db.exec(statement);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

/** The family in one look: what points where, the columns of the parents, and how many rows point at nothing. */
const FAMILY = `SELECT
  (SELECT group_concat(id || '>' || parent_id, ' ') FROM children) AS children,
  (SELECT group_concat(id || '>' || child_id, ' ') FROM grandchildren) AS grandchildren,
  (SELECT group_concat(name, ' ') FROM pragma_table_info('parents')) AS columns,
  (SELECT count(*) FROM pragma_foreign_key_check) AS orphans`;

/** The family as it was made, with these columns of the parents. */
function whole(columns: string): readonly object[] {
  return [{ children: "1>1 2>2 3>2", grandchildren: "1>1 2>2 3>3 4>3", columns, orphans: 0 }];
}

for (const driver of driverNames) {
  describe(`a rebuild of a table with children, with ${driver} and foreign keys on`, () => {
    for (const [title, up] of Object.entries(rebuilds)) {
      it(`loses nothing: ${title}`, async () => {
        for (const action of ACTIONS) {
          const database = workspace().path("app.db");
          const handle = openHandle(driver, database);
          handle.exec("PRAGMA foreign_keys = ON");
          await migrate({ database: handle, migrations: [family(action), { version: 2, up }] });
          assert.deepEqual(look(database, FAMILY), whole("id name email"), action);
          assert.equal(pragma(handle, "foreign_keys"), 1);
          // The keys still lead to the new table.
          assert.throws(() => handle.exec("INSERT INTO children VALUES (9, 9)"), /FOREIGN KEY constraint failed/);
          handle.close();
        }
      });
    }

    it("loses nothing on the way back, nor in one transaction for all", async () => {
      const rebuild: ListedMigration = { version: 2, up: REBUILD.replace("email", "mail"), down: REBUILD };
      const database = workspace().path("app.db");
      const options = { database, driver, migrations: [family("CASCADE"), rebuild] };
      await migrate(options);
      await new MigrationRunner(options).rollback();
      assert.deepEqual(look(database, FAMILY), whole("id name email"));
      await migrate({ ...options, transaction: "all" });
      assert.deepEqual(look(database, FAMILY), whole("id name mail"));
    });

    it("is stopped before the DROP where each statement is a commit of its own", async () => {
      const database = workspace().path("app.db");
      const bare: ListedMigration = { version: 2, transaction: false, up: REBUILD };
      await migrate({ database, driver, migrations: [family("CASCADE")] });
      const before = readState(database).rows;
      const error = await rejection(
        migrate({ database, driver, migrations: [family("CASCADE"), bare] }),
        "foreign_key_violation",
      );
      assert.deepEqual(error.details.progress, { done: 2, total: 4 });
      assert.deepEqual(readState(database).rows, { ...before, new_parents: ["1, 'ann', NULL", "2, 'bob', NULL"] });
    });
  });
}

describe("a migration that leaves rows which point at nothing", () => {
  const orphaning: Readonly<Record<string, ListedMigration["up"]>> = {
    "by DELETE": "DELETE FROM parents WHERE id = 2",
    "by INSERT": "INSERT INTO children VALUES (8, 7), (9, 7)",
    "by UPDATE": "UPDATE children SET parent_id = 9 WHERE parent_id = 2",
    "by DROP TABLE": "DELETE FROM children WHERE id = 1; DELETE FROM grandchildren WHERE id = 1; DROP TABLE parents",
    "by a rebuild that forgets a row": REBUILD.replace("FROM parents;", "FROM parents WHERE id <> 2;"),
    "in code": (db: DatabaseSync) => db.exec("DELETE FROM parents WHERE id = 2"),
    "by a new column": "ALTER TABLE parents ADD COLUMN boss INT DEFAULT 99 REFERENCES parents (id)",
  };

  for (const [title, up] of Object.entries(orphaning)) {
    it(`is refused and named: ${title}`, async () => {
      const database = workspace().path("app.db");
      await migrate({ database, migrations: [family("CASCADE")] });
      const before = readState(database);
      const error = await rejection(
        migrate({ database, migrations: [family("CASCADE"), { version: 2, up }] }),
        "foreign_key_violation",
      );
      assert.deepEqual(readState(database), before);
      assert.equal(error.details.outcome, "rolled_back");
      assert.equal(error.details.databaseVersion, 1);
      assert.match(
        error.details.problem,
        /2 rows of (children whose parent_id|parents whose boss) = \d+ is not in parents/,
      );
    });
  }

  it("is refused for keys of several columns, with their names", async () => {
    const up = `CREATE TABLE p (a, b, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 2);
      CREATE TABLE "c d" (x, "y z", FOREIGN KEY (x, "y z") REFERENCES p) STRICT`.replace(
      'x, "y z",',
      'x INT, "y z" INT,',
    );
    const database = workspace().path("app.db");
    const second = { version: 2, up: 'INSERT INTO "c d" VALUES (1, 2), (1, 3)' };
    const error = await rejection(
      migrate({ database, migrations: [{ version: 1, up }, second] }),
      "foreign_key_violation",
    );
    assert.match(error.details.problem, /1 row of c d whose x, y z = 1, 3 is not in p/);
  });
});

describe("rows that pointed at nothing before", () => {
  /** A database with two orphans, made while nobody looked. */
  function withOrphans(more = ""): string {
    const database = workspace().path("app.db");
    const handle = new DatabaseSync(database, { enableForeignKeyConstraints: false });
    handle.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id INT REFERENCES parents ON DELETE CASCADE);
      INSERT INTO children VALUES (1, 7), (2, 8); ${more}`);
    handle.close();
    return database;
  }

  it("do not block a migration", async () => {
    const database = withOrphans();
    const migrations: readonly ListedMigration[] = [
      { version: 1, up: "INSERT INTO parents VALUES (1, 'ann'); INSERT INTO children VALUES (3, 1)" },
      { version: 2, up: REBUILD },
      { version: 3, up: "DELETE FROM children WHERE id = 1" },
      { version: 4, up: (db) => db.exec("UPDATE children SET id = id + 10") },
    ];
    await migrate({ database, migrations });
    assert.deepEqual(lookUp(database, "SELECT id FROM children ORDER BY id"), [12, 13]);
  });

  it("are not counted with the new ones", async () => {
    const database = withOrphans();
    const up = "INSERT INTO children VALUES (3, 9)";
    const error = await rejection(migrate({ database, migrations: [{ version: 1, up }] }), "foreign_key_violation");
    assert.match(error.details.problem, /leaves 1 row of children whose parent_id = 9 is not in parents$/);
  });

  it("are found where a TEMP trigger of the connection makes them", async () => {
    const handle = new DatabaseSync(":memory:");
    handle.exec("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id)); CREATE TABLE x (a)");
    handle.exec("INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
    handle.exec("CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM p; END");
    const migrations = [{ version: 1, up: "INSERT INTO x VALUES (1)" }];
    await rejection(migrate({ database: handle, migrations }), "foreign_key_violation");
    assert.equal(handle.prepare("SELECT count(*) AS n FROM p").get()?.["n"], 1);
    handle.close();
  });

  it("do not block one where the key itself leads to no unique columns", async () => {
    const database = withOrphans(
      "CREATE TABLE bad (name TEXT REFERENCES parents (name)); INSERT INTO bad VALUES ('x')",
    );
    const migrations: readonly ListedMigration[] = [
      { version: 1, up: "INSERT INTO parents VALUES (1, 'ann')" },
      { version: 2, up: (db) => db.exec("DELETE FROM bad") },
    ];
    await migrate({ database, migrations });
    const third = { version: 3, up: "INSERT INTO children VALUES (3, 9)" };
    const error = await rejection(migrate({ database, migrations: [...migrations, third] }), "foreign_key_violation");
    assert.match(error.details.problem, /1 row of children/);
  });

  it("do not hide a migration that makes such a key", async () => {
    const database = withOrphans();
    const migrations: readonly ListedMigration[] = [
      {
        version: 1,
        up: "CREATE TABLE emails (email TEXT PRIMARY KEY); CREATE TABLE users (email TEXT REFERENCES emails (email))",
      },
      {
        version: 2,
        up: `CREATE TABLE new (email TEXT); INSERT INTO new SELECT * FROM emails; DROP TABLE emails; ALTER TABLE new RENAME TO emails`,
      },
    ];
    const error = await rejection(migrate({ database, migrations }), "foreign_key_violation");
    assert.match(error.details.problem, /users.*emails/);
    assert.equal(error.details.databaseVersion, 1);
  });
});

describe('foreignKeys: "enforce"', () => {
  const deleting = { version: 2, up: "DELETE FROM parents WHERE id = 2", foreignKeys: "enforce" } as const;

  for (const driver of driverNames) {
    it(`lets ON DELETE happen, whatever the connection says (${driver})`, async () => {
      for (const setting of [0, 1]) {
        const database = workspace().path("app.db");
        const handle = openHandle(driver, database);
        handle.exec(`PRAGMA foreign_keys = ${setting}`);
        await migrate({ database: handle, migrations: [family("CASCADE"), deleting] });
        assert.deepEqual(lookUp(database, "SELECT id FROM children"), [1]);
        assert.deepEqual(lookUp(database, "SELECT id FROM grandchildren"), [1]);
        assert.equal(pragma(handle, "foreign_keys"), setting);
        handle.close();
      }
    });
  }

  it("is not switched off by a PRAGMA in the migration", async () => {
    const database = workspace().path("app.db");
    const up = `PRAGMA foreign_keys = OFF; ${deleting.up}`;
    await migrate({ database, migrations: [family("SET NULL"), { ...deleting, up }] });
    assert.deepEqual(lookUp(database, "SELECT parent_id FROM children ORDER BY id"), [1, null, null]);
  });

  it("fails where a key forbids the step, and rolls back", async () => {
    const database = workspace().path("app.db");
    await migrate({ database, migrations: [family("RESTRICT")] });
    const before = readState(database);
    await rejection(migrate({ database, migrations: [family("RESTRICT"), deleting] }), "statement_failed");
    assert.deepEqual(readState(database), before);
  });

  it("cannot share one transaction with a migration that checks", async () => {
    const database = workspace().path("app.db");
    const all = { database, transaction: "all" } as const;
    await rejection(migrate({ ...all, migrations: [family("CASCADE"), deleting] }), "transaction_impossible");
    assert.deepEqual(readState(database).schema, []);
    await migrate({ ...all, migrations: [{ ...family("CASCADE"), foreignKeys: "enforce" }, deleting] });
    assert.deepEqual(lookUp(database, "SELECT id FROM children"), [1]);
  });
});
