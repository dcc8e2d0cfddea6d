/** Foreign keys: no migration leaves a row that points at nothing, and one that wants ON DELETE to happen says so. Rebuilds: rebuild.test.ts. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, type ListedMigration } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, pragma } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

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

  for (const [title, up] of Object.entries({
    "its table is renamed": "ALTER TABLE children RENAME TO kids",
    "its column is renamed": "ALTER TABLE children RENAME COLUMN parent_id TO elder_id",
    "its parent is renamed": "ALTER TABLE parents RENAME TO elders",
    "a rebuild writes all names in another case": `CREATE TABLE new (id INTEGER PRIMARY KEY, PARENT_ID INT REFERENCES Parents);
      INSERT INTO new SELECT * FROM children; DROP TABLE children; ALTER TABLE new RENAME TO CHILDREN`,
    "its table and its parent are renamed": "ALTER TABLE parents RENAME TO elders; ALTER TABLE children RENAME TO kids",
    "a rebuild renames its column": `CREATE TABLE kids (elder_id INT REFERENCES parents, id INTEGER PRIMARY KEY);
      INSERT INTO kids SELECT parent_id, id FROM children; DROP TABLE children; ALTER TABLE kids RENAME TO children`,
    "a rebuild renames its table": `CREATE TABLE kids (id INTEGER PRIMARY KEY, parent_id INT REFERENCES parents);
      INSERT INTO kids SELECT id + 10, parent_id FROM children; DROP TABLE children`,
  })) {
    it(`do not block a migration by which ${title}`, async () => {
      for (const form of [up, (db: DatabaseSync) => db.exec(up)]) {
        const database = withOrphans();
        await migrate({ database, migrations: [{ version: 1, up: form }] });
        assert.equal(lookUp(database, "SELECT count(*) FROM pragma_foreign_key_check")[0], 2);
        // Under the new name there is room for no third one.
        const [child] = look(database, 'SELECT DISTINCT "table" AS name, parent FROM pragma_foreign_key_check');
        const key = lookUp(database, `SELECT "from" FROM pragma_foreign_key_list('${String(child?.["name"])}')`)[0];
        const third = `INSERT INTO ${String(child?.["name"])} (${String(key)}) VALUES (7)`;
        const error = await rejection(
          migrate({
            database,
            migrations: [
              { version: 1, up: form },
              { version: 2, up: third },
            ],
          }),
          "foreign_key_violation",
        );
        assert.match(error.details.problem, /leaves 1 row of \w+ whose \w+ = 7 is not in \w+$/);
      }
    });
  }

  it("excuse no other row that comes in their place", async () => {
    const swaps = [
      "DELETE FROM children WHERE id = 1; INSERT INTO children VALUES (1, 9)",
      "UPDATE children SET parent_id = 9 WHERE id = 1",
      // Of a table without rowid SQLite names no rows.
      "DELETE FROM keyed WHERE k = 'a'; INSERT INTO keyed VALUES ('b', 9)",
      "UPDATE children SET parent_id = NULL; ALTER TABLE children ADD COLUMN p2 INT DEFAULT 9 REFERENCES parents",
      // The key that goes and the one that comes have neither table nor column nor parent in common.
      `DROP TABLE children; CREATE TABLE others (id INTEGER PRIMARY KEY); CREATE TABLE pets (other_id INT REFERENCES others);
        INSERT INTO pets VALUES (7)`,
    ];
    for (const up of swaps) {
      const database = withOrphans(
        "CREATE TABLE keyed (k TEXT PRIMARY KEY, parent_id INT REFERENCES parents) WITHOUT ROWID; INSERT INTO keyed VALUES ('a', 7)",
      );
      const before = readState(database);
      await rejection(migrate({ database, migrations: [{ version: 1, up }] }), "foreign_key_violation");
      assert.deepEqual(readState(database), before);
    }
  });

  it("are found where a TEMP table of the connection has the child's name", async () => {
    const handle = new DatabaseSync(":memory:");
    handle.exec(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id)); CREATE TEMP TABLE c (p)",
    );
    const migrations = [{ version: 1, up: "INSERT INTO main.c VALUES (1)" }];
    await rejection(migrate({ database: handle, migrations }), "foreign_key_violation");
    handle.close();
  });

  it("are found where the statement writes to a view that it seems to create", async () => {
    const database = withOrphans(`CREATE VIEW door AS SELECT id FROM parents;
      CREATE TRIGGER through INSTEAD OF INSERT ON door BEGIN INSERT INTO children VALUES (new.id, 9); END`);
    const up = "CREATE TABLE IF NOT EXISTS door (id INT); INSERT INTO door VALUES (5)";
    await rejection(migrate({ database, migrations: [{ version: 1, up }] }), "foreign_key_violation");
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
      { version: 2, up: (db) => db.exec("DELETE FROM bad WHERE true") },
    ];
    await migrate({ database, migrations });
    const third = { version: 3, up: "INSERT INTO children VALUES (3, 9)" };
    const error = await rejection(migrate({ database, migrations: [...migrations, third] }), "foreign_key_violation");
    assert.match(error.details.problem, /1 row of children/);
  });

  it("are found beside a key that leads to no unique columns", async () => {
    const database = withOrphans(
      `CREATE TABLE bad (name TEXT REFERENCES parents (name), gone TEXT REFERENCES parents (gone), parent_id INT REFERENCES parents);
        INSERT INTO bad VALUES ('x', 'y', 5)`,
    );
    const first = { version: 1, up: "UPDATE bad SET name = name" };
    await migrate({ database, migrations: [first] });
    const second = { version: 2, up: "INSERT INTO bad VALUES (NULL, NULL, 5)" };
    const error = await rejection(migrate({ database, migrations: [first, second] }), "foreign_key_violation");
    assert.match(error.details.problem, /leaves 1 row of bad whose parent_id = 5 is not in parents$/);
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

  for (const driver of driverNames) {
    it(`lets ON UPDATE happen, and the DELETE that a DROP TABLE is (${driver})`, async () => {
      const database = workspace().path("app.db");
      const moving = { version: 2, up: "UPDATE parents SET id = id + 10", foreignKeys: "enforce" } as const;
      const rebuild = { version: 3, up: REBUILD, foreignKeys: "enforce" } as const;
      await migrate({ database, driver, migrations: [family("CASCADE"), moving] });
      assert.deepEqual(lookUp(database, "SELECT parent_id FROM children ORDER BY id"), [11, 12, 12]);
      await migrate({ database, driver, migrations: [family("CASCADE"), moving, rebuild], allow: ["drop_table"] });
      assert.deepEqual(lookUp(database, "SELECT count(*) FROM children"), [0]);
    });

    it(`fails at the commit where a key is deferred, and rolls back (${driver})`, async () => {
      const first: ListedMigration = {
        version: 1,
        up: `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
          CREATE TABLE c (p INT REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1)`,
      };
      for (const transaction of ["each", "all"] as const) {
        const database = workspace().path("app.db");
        await migrate({ database, driver, migrations: [first] });
        const before = readState(database);
        const migrations: readonly ListedMigration[] = [
          first,
          { version: 2, up: "UPDATE c SET p = 9", foreignKeys: "enforce" },
        ];
        const error = await rejection(migrate({ database, driver, migrations, transaction }), "statement_failed");
        assert.equal(error.details.outcome, "rolled_back");
        assert.deepEqual(readState(database), before);
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
