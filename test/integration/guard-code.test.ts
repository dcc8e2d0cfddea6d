/** What a way up in code may not destroy, and what it may: by what it runs, and by what the database shows. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate, type MigrationContext } from "../../src/index.ts";
import { ask, databaseOf } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { openHandle, type OpenHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";
import { isRefused, passes, PEOPLE, run, ways } from "./guard-project.ts";

useFastFiles();

type Up = (db: OpenHandle, context: MigrationContext) => unknown;

const NEW = "CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT)";
const COPY = "INSERT INTO new_people SELECT id, name, email FROM people";

/** Runs statements one by one. */
function each(db: OpenHandle, ...statements: readonly string[]): void {
  for (const sql of statements) db.exec(sql);
}

/** What is refused, what it would destroy, and what nearly the same does without loss. */
const cases: Readonly<Record<string, { readonly unsafe: Up; readonly what: string; readonly safe: Up }>> = {
  "drops a table": {
    unsafe: (db) => db.exec("DROP TABLE people"),
    what: "3 rows of people",
    safe: (db) => db.exec("DROP TABLE empty"),
  },
  "drops one under another name": {
    unsafe: (db) => db.exec("ALTER TABLE people RENAME TO persons; DROP TABLE persons"),
    what: "3 rows of persons",
    safe: (db) => db.exec("ALTER TABLE people RENAME TO persons"),
  },
  "drops a column": {
    unsafe: (db) => db.prepare("ALTER TABLE people DROP COLUMN email").run(),
    what: "2 values of people.email",
    safe: (db) => db.prepare("ALTER TABLE people DROP COLUMN age").run(),
  },
  "deletes all rows, though it asks which first": {
    unsafe: (db) => {
      for (const row of db
        .prepare("SELECT 'DELETE FROM ' || name AS sql FROM sqlite_schema WHERE name = 'people'")
        .all())
        db.exec((row as { sql: string }).sql);
    },
    what: "3 rows of people",
    safe: (db) => db.exec("DELETE FROM people WHERE id > 0; DROP TABLE people"),
  },
  "rebuilds a table and loses rows": {
    unsafe: (db) => {
      db.exec(NEW);
      db.exec(`${COPY} WHERE id > 1`);
      db.exec("DROP TABLE people");
      db.exec("ALTER TABLE new_people RENAME TO people");
    },
    what: "1 row of people",
    safe: async (db) => {
      db.exec(NEW);
      await Promise.resolve();
      for (const row of db.prepare("SELECT id, name, email FROM people").all())
        db.prepare("INSERT INTO new_people SELECT value ->> 0, value ->> 1, value ->> 2 FROM (SELECT ? AS value)").run(
          JSON.stringify(Object.values(row as object)),
        );
      await Promise.resolve();
      db.exec("DROP TABLE people");
      db.exec("ALTER TABLE new_people RENAME TO people");
    },
  },
  "swallows the refusal of something and loses more": {
    unsafe: (db) => {
      try {
        db.exec("DROP TABLE people; SELECT * FROM nowhere");
      } catch {
        db.exec("DELETE FROM posts");
      }
    },
    what: "3 rows of people and more",
    safe: (db) => {
      try {
        db.exec("DROP TABLE empty; SELECT * FROM nowhere");
      } catch {
        db.exec("DELETE FROM posts WHERE true");
      }
    },
  },
  "drops a table in a savepoint that it keeps": {
    unsafe: (db) => db.exec("SAVEPOINT one; DROP TABLE people; RELEASE one"),
    what: "3 rows of people",
    safe: (db) => db.exec("SAVEPOINT one; DROP TABLE people; ROLLBACK TO one; RELEASE one"),
  },
};

for (const way of ways) {
  describe(`a way up in code, on a ${way.by} of ${way.driver}`, () => {
    for (const [title, { unsafe, what, safe }] of Object.entries(cases)) {
      it(`is refused where it ${title}`, async () => {
        const error = await isRefused(way, { up: unsafe });
        assert.equal(error.details.problem, `the migration would destroy ${what}`);
        assert.equal(error.details.outcome, "rolled_back");
        await passes(way, { up: unsafe, allow: ["drop_table", "drop_column", "delete_all_rows"] });
        await passes(way, { up: safe });
      });
    }

    it("is allowed by a comment in front of the statement, and only for that", async () => {
      const drop = "-- lockstep:allow drop_table\nDROP TABLE people";
      await passes(way, { up: (db: OpenHandle) => db.exec(drop) });
      await passes(way, { up: (db: OpenHandle) => db.prepare(drop).run() });
      await isRefused(way, { up: (db: OpenHandle) => db.exec(`${drop}; DELETE FROM posts`) });
    });

    it("says itself which columns go by alterTable", async () => {
      const drop: Up = (_, { schema }) => schema.alterTable("people", (table) => table.dropColumn("email"));
      await passes(way, { up: drop });
      await isRefused(way, {
        up: (db: OpenHandle, context: MigrationContext) => (drop(db, context), db.exec("DROP TABLE posts")),
      });
    });

    it("is refused before it runs where nothing could be rolled back", async () => {
      const more = { transaction: false };
      const refused: readonly Up[] = [
        (db) => db.exec("DROP TABLE people"),
        (db) => db.exec("ALTER TABLE people DROP COLUMN email"),
        (db) => db.exec("DELETE FROM people"),
        (db) => db.exec(`${NEW}; ${COPY} WHERE id > 1; DROP TABLE people`),
        (db) => db.exec("BEGIN; DROP TABLE people; COMMIT"),
        (db) => each(db, "BEGIN", "DROP TABLE people; COMMIT"),
        (db) => each(db, "BEGIN", "DROP TABLE people", "COMMIT"),
        (db) => {
          each(db, "BEGIN", "DROP TABLE people");
          for (let times = 0; times < 3; times += 1) {
            try {
              db.exec("COMMIT");
            } catch {
              // It tries again.
            }
          }
        },
        (db) => each(db, "BEGIN", "DELETE FROM posts", "ROLLBACK", "DROP TABLE people"),
      ];
      for (const up of refused) {
        const database = databaseOf(PEOPLE);
        const error = await rejection(
          run(database, way, { migrations: [{ version: 1, up, ...more }] }),
          "would_lose_data",
        );
        assert.equal(error.details.outcome, "partial");
        assert.deepEqual(ask(database, "SELECT count(*) AS n, count(email) AS e FROM people"), [{ n: 3, e: 2 }]);
      }
      const allowed: readonly Up[] = [
        (db) => db.exec("DROP TABLE empty; ALTER TABLE people DROP COLUMN age; DELETE FROM people WHERE id = 3"),
        (db) => each(db, NEW, COPY, "DROP TABLE people", "ALTER TABLE new_people RENAME TO people"),
        (db) => db.exec(`${NEW}; ${COPY}; DROP TABLE people; ALTER TABLE new_people RENAME TO people`),
        (db) => db.exec(`BEGIN; ${NEW}; ${COPY}; DROP TABLE people; ALTER TABLE new_people RENAME TO people; COMMIT`),
        (db) =>
          each(
            db,
            "BEGIN",
            "DELETE FROM posts",
            "INSERT INTO posts VALUES (4, 4, 'x'), (5, 5, 'x'), (6, 6, 'x'); COMMIT",
          ),
        (db) => each(db, "BEGIN", NEW, COPY, "DROP TABLE people; ALTER TABLE new_people RENAME TO people", "COMMIT"),
        (db) => each(db, "BEGIN", "DROP TABLE people", "ROLLBACK"),
        (db) => db.exec("-- lockstep:allow drop_table\nDROP TABLE people"),
      ];
      for (const up of allowed) await passes(way, { up, more });
    });
  });
}

for (const { driver } of ways.filter(({ by }) => by === "handle")) {
  describe(`statements that nobody saw, with ${driver}`, () => {
    /** A handle whose statements were made before the migration. */
    const withStatement = async (sql: string, more: object = {}): Promise<string> => {
      const database = databaseOf(PEOPLE);
      const handle = openHandle(driver, database);
      const statement = handle.prepare(sql);
      try {
        await migrate({ database: handle, migrations: [{ version: 1, up: () => statement.run() }], ...more });
      } finally {
        handle.close();
      }
      return database;
    };

    it("are judged by what the database shows", async () => {
      const destroyed: Readonly<Record<string, string>> = {
        "DROP TABLE people": "the rows of people",
        "ALTER TABLE people DROP COLUMN email": "the values of people.email",
        "DELETE FROM people": "the rows of people",
      };
      for (const [sql, what] of Object.entries(destroyed)) {
        const error = await rejection(withStatement(sql), "would_lose_data");
        assert.equal(error.details.problem, `the migration would destroy ${what}`);
        assert.equal(error.details.losses, undefined);
        await withStatement(sql, { allow: ["drop_table", "drop_column", "delete_all_rows"] });
      }
    });

    it("may rename, drop what is empty, and change rows", async () => {
      for (const sql of [
        "ALTER TABLE people RENAME TO persons",
        "ALTER TABLE people RENAME COLUMN email TO mail",
        "ALTER TABLE people ADD COLUMN more",
        "DROP TABLE empty",
        "DELETE FROM people WHERE id = 1",
        "DELETE FROM empty",
      ])
        await withStatement(sql);
    });
  });
}

describe("the place of a refusal of code", () => {
  it("is the line that runs the statement", async () => {
    const space = workspace({
      "migrations/1-people.sql": "CREATE TABLE people (id);",
      "migrations/2-drop.ts": 'export function up(db) {\n  db.exec("SELECT 1");\n  db.exec("DROP TABLE people");\n}\n',
    });
    const options = { database: space.path("app.db"), migrations: space.path("migrations") };
    await migrate({ ...options, to: 1 });
    const handle = openHandle("node:sqlite", options.database);
    handle.exec("INSERT INTO people VALUES (1)");
    handle.close();
    const { details } = await rejection(migrate(options), "would_lose_data");
    assert.ok(details.place.kind === "file");
    assert.deepEqual([details.place.line, details.place.column], [3, 6]);
    assert.equal(details.place.lineText, '  db.exec("DROP TABLE people");');
    assert.equal(details.problem, "this would destroy 1 row of people");
  });
});
