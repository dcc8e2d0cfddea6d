/** What a way up in SQL may not destroy, and what it may. Beside each case that is refused stands the same that loses nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Loss, LossCode } from "../../src/index.ts";
import { ask, databaseOf } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { isRefused, passes, PEOPLE, run, ways } from "./guard-project.ts";

useFastFiles();

interface Case {
  readonly title: string;
  /** What is refused. */
  readonly unsafe: string;
  /** The statement that it is refused for. */
  readonly at: string;
  readonly code: LossCode;
  readonly losses: readonly Loss[];
  /** What does nearly the same and loses nothing, by what it does. */
  readonly safe: Readonly<Record<string, string>>;
  readonly setup?: string;
}

const MAKE = "CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER)";
const SWAP = "DROP TABLE people; ALTER TABLE new_people RENAME TO people";
const ALL = "id, name, email, age";

const cases: readonly Case[] = [
  {
    title: "a table",
    unsafe: "DROP TABLE people",
    at: "DROP TABLE people",
    code: "drop_table",
    losses: [{ kind: "rows", table: "people", count: 3 }],
    safe: {
      "an empty table": "DROP TABLE empty",
      "one that is not there": "DROP TABLE IF EXISTS never",
      "one whose rows were taken out by name": "DELETE FROM people WHERE id > 0; DROP TABLE people",
      "one that is renamed": "ALTER TABLE people RENAME TO persons",
      "one that was copied to another": "CREATE TABLE persons AS SELECT * FROM people; DROP TABLE people",
      "a view": "DROP VIEW names",
      "a temporary table of its name":
        "CREATE TEMP TABLE people (id); INSERT INTO people VALUES (1); DROP TABLE people",
      "one that the migration itself has filled":
        "CREATE TABLE tags (id); INSERT INTO tags VALUES (1); DROP TABLE tags",
    },
  },
  {
    title: "a table, of which some rows were copied",
    unsafe: "CREATE TABLE persons AS SELECT * FROM people WHERE id < 3; DROP TABLE people",
    at: "DROP TABLE people",
    code: "drop_table",
    losses: [{ kind: "rows", table: "people", count: 1 }],
    safe: { "all of them": "CREATE TABLE persons AS SELECT * FROM people WHERE id < 4; DROP TABLE people" },
  },
  {
    title: "a table under another name",
    unsafe: "ALTER TABLE people RENAME TO persons; DROP TABLE persons",
    at: "DROP TABLE persons",
    code: "drop_table",
    losses: [{ kind: "rows", table: "persons", count: 3 }],
    safe: {
      "the old one of a rebuild": `ALTER TABLE people RENAME TO old; ${MAKE.replace("new_people", "people")};
        INSERT INTO people SELECT * FROM old; DROP TABLE old`,
    },
  },
  {
    title: "a column",
    unsafe: "ALTER TABLE people DROP COLUMN email",
    at: "ALTER TABLE people DROP COLUMN email",
    code: "drop_column",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
    safe: {
      "a column that holds only NULL": "ALTER TABLE people DROP COLUMN age",
      "a column of an empty table": "ALTER TABLE empty DROP COLUMN b",
      "a column that is renamed": "ALTER TABLE people RENAME COLUMN email TO mail",
      "a column that is computed":
        "ALTER TABLE people ADD COLUMN shout TEXT AS (upper(name)); ALTER TABLE people DROP COLUMN shout",
      "one that was copied to another":
        "ALTER TABLE people ADD COLUMN mail TEXT; UPDATE people SET mail = email; ALTER TABLE people DROP COLUMN email",
      "one that gets another type": `ALTER TABLE people ADD COLUMN mail BLOB; UPDATE people SET mail = email;
        ALTER TABLE people DROP COLUMN email; ALTER TABLE people RENAME COLUMN mail TO email`,
      "the old one of such a change": `ALTER TABLE people RENAME COLUMN email TO old; ALTER TABLE people ADD COLUMN email BLOB;
        UPDATE people SET email = old; ALTER TABLE people DROP COLUMN old`,
      "what is said of a rebuild": `-- lockstep:rebuild
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
-- lockstep:drop email
`,
    },
  },
  {
    title: "a column of which some values were copied",
    unsafe:
      "ALTER TABLE people ADD COLUMN mail TEXT; UPDATE people SET mail = email WHERE id = 2; ALTER TABLE people DROP COLUMN email",
    at: "ALTER TABLE people DROP COLUMN email",
    code: "drop_column",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
    safe: {
      "all of them to another table": `CREATE TABLE emails (person_id INTEGER, email TEXT);
        INSERT INTO emails SELECT id, email FROM people WHERE email IS NOT NULL; ALTER TABLE people DROP COLUMN email`,
    },
  },
  {
    title: "all rows",
    unsafe: "DELETE FROM people",
    at: "DELETE FROM people",
    code: "delete_all_rows",
    losses: [{ kind: "rows", table: "people", count: 3 }],
    safe: {
      "those of an empty table": "DELETE FROM empty",
      "rows that are named": "DELETE FROM people WHERE id > 0",
      "rows that come back": `CREATE TEMP TABLE kept AS SELECT * FROM people; DELETE FROM people;
        INSERT INTO people SELECT * FROM kept; DROP TABLE kept`,
      "rows that were moved": "CREATE TABLE archive AS SELECT * FROM people; DELETE FROM people",
    },
  },
  {
    title: "all rows, behind a common table",
    unsafe: "WITH one AS (SELECT 1 WHERE true) DELETE FROM people",
    at: "WITH one AS (SELECT 1 WHERE true) DELETE FROM people",
    code: "delete_all_rows",
    losses: [{ kind: "rows", table: "people", count: 3 }],
    safe: { "some of them": "WITH one AS (SELECT 1) DELETE FROM people WHERE id IN one" },
  },
  {
    title: "rows, and fewer come back",
    unsafe: "DELETE FROM people; INSERT INTO people (id, name) VALUES (1, 'x')",
    at: "DELETE FROM people",
    code: "delete_all_rows",
    losses: [{ kind: "rows", table: "people", count: 2 }],
    safe: { "as many": "DELETE FROM people; INSERT INTO people (id, name) VALUES (1, 'x'), (2, 'y'), (3, 'z')" },
  },
  {
    title: "a column that a rebuild leaves out",
    unsafe: `CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT);
      INSERT INTO new_people (id, name) SELECT id, name FROM people; ${SWAP}`,
    at: "DROP TABLE people",
    code: "drop_column",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
    safe: {
      "one without values": `CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
        INSERT INTO new_people (id, name, email) SELECT id, name, email FROM people; ${SWAP}`,
      "one that gets another name": `CREATE TABLE new_people (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, age INTEGER);
        INSERT INTO new_people (id, full_name, email, age) SELECT ${ALL} FROM people; ${SWAP}`,
      "one that gets another name by its place": `CREATE TABLE new_people (id INTEGER PRIMARY KEY, mail TEXT, full_name TEXT);
        INSERT INTO new_people SELECT p.id, "p"."email", p.name AS n FROM people AS p; ${SWAP}`,
    },
  },
  {
    title: "the values of a column that a rebuild does not copy",
    unsafe: `${MAKE}; INSERT INTO new_people (id, name) SELECT id, name FROM people; ${SWAP}`,
    at: "DROP TABLE people",
    code: "drop_column",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
    safe: {
      "of which some are mended": `${MAKE}; INSERT INTO new_people SELECT id, name, nullif(email, 'b@x'), age FROM people; ${SWAP}`,
    },
  },
  {
    title: "rows that a rebuild leaves out by a conflict",
    unsafe: `CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT NOT NULL, age INTEGER);
      INSERT OR IGNORE INTO new_people SELECT * FROM people; ${SWAP}`,
    at: "DROP TABLE people",
    code: "drop_table",
    losses: [{ kind: "rows", table: "people", count: 1 }],
    safe: {
      none: `CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT NOT NULL, age INTEGER);
        INSERT OR IGNORE INTO new_people SELECT id, name, ifnull(email, ''), age FROM people; ${SWAP}`,
    },
  },
  {
    title: "rows that a rebuild leaves out by a join",
    unsafe: `${MAKE}; INSERT INTO new_people SELECT DISTINCT people.* FROM people JOIN posts ON person_id = people.id; ${SWAP}`,
    at: "DROP TABLE people",
    code: "drop_table",
    losses: [{ kind: "rows", table: "people", count: 1 }],
    safe: {
      none: `${MAKE}; INSERT INTO new_people SELECT DISTINCT people.* FROM people LEFT JOIN posts ON person_id = people.id; ${SWAP}`,
    },
  },
  {
    title: "the second of two tables that are rebuilt under one name",
    unsafe: `ALTER TABLE people RENAME TO old; ${MAKE.replace("new_people", "people")}; INSERT INTO people SELECT * FROM old; DROP TABLE old;
      ALTER TABLE posts RENAME TO old; CREATE TABLE posts (id INTEGER PRIMARY KEY, person_id, title);
      INSERT INTO posts SELECT * FROM old WHERE id = 1; DROP TABLE old`,
    at: "DROP TABLE old",
    code: "drop_table",
    losses: [{ kind: "rows", table: "old", count: 2 }],
    safe: {
      "all of it": `ALTER TABLE people RENAME TO old; ${MAKE.replace("new_people", "people")}; INSERT INTO people SELECT * FROM old; DROP TABLE old;
        ALTER TABLE posts RENAME TO old; CREATE TABLE posts (id INTEGER PRIMARY KEY, person_id, title);
        INSERT INTO posts SELECT * FROM old; DROP TABLE old`,
    },
  },
  {
    title: "a full-text table",
    setup: "CREATE VIRTUAL TABLE notes USING fts5(body); INSERT INTO notes VALUES ('x'), ('y');",
    unsafe: "DROP TABLE notes",
    at: "DROP TABLE notes",
    code: "drop_table",
    losses: [{ kind: "rows", table: "notes", count: 2 }],
    safe: {
      "one that is renamed": "ALTER TABLE notes RENAME TO remarks",
      "one that is made anew":
        "CREATE VIRTUAL TABLE more USING fts5(body, tag); INSERT INTO more (body) SELECT body FROM notes; DROP TABLE notes; ALTER TABLE more RENAME TO notes",
    },
  },
  {
    title: "a table that is searched, but not the index of it",
    setup: `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO notes (body) VALUES ('x'), ('y');
      CREATE VIRTUAL TABLE found USING fts5(body, content='notes', content_rowid='id'); INSERT INTO found (found) VALUES ('rebuild');`,
    unsafe: "DROP TABLE found; DROP TABLE notes",
    at: "DROP TABLE notes",
    code: "drop_table",
    losses: [{ kind: "rows", table: "notes", count: 2 }],
    safe: { "the index": "DROP TABLE found" },
  },
  {
    title: "the user's own keys beside lockstep's",
    setup:
      "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT); INSERT INTO metadata VALUES ('schema_version', '0'), ('theme', 'dark');",
    unsafe: "DELETE FROM metadata",
    at: "DELETE FROM metadata",
    code: "delete_all_rows",
    losses: [{ kind: "rows", table: "metadata", count: 1 }],
    safe: { "one of them": "DELETE FROM metadata WHERE key = 'theme'" },
  },
  {
    title: "what SQLite writes in its own way",
    setup: `${PEOPLE} CREATE TABLE "Odd ""Name" (a, "b c"); INSERT INTO "Odd ""Name" VALUES (1, 2);`,
    unsafe: 'alter table MAIN.[odd "name] drop /* the */ `B C`',
    at: 'alter table MAIN.[odd "name] drop /* the */ `B C`',
    code: "drop_column",
    losses: [{ kind: "values", table: 'Odd "Name', column: "b c", count: 1 }],
    safe: { nothing: 'ALTER TABLE "Odd ""Name" RENAME COLUMN "b c" TO d' },
  },
];

for (const way of ways) {
  describe(`a way up in SQL, on a ${way.by} of ${way.driver}`, () => {
    for (const { title, unsafe, at, code, losses, safe, setup = PEOPLE } of cases) {
      it(`refuses to destroy ${title}`, async () => {
        const error = await isRefused(way, { up: unsafe, setup });
        assert.deepEqual(error.details.losses, losses);
        const { place, outcome, statement, hint } = error.details;
        assert.equal(outcome, "rolled_back");
        assert.ok(place.kind === "file" && place.lineText !== undefined && place.column !== undefined);
        assert.ok(place.lineText.slice(place.column - 1).startsWith(at), error.message);
        assert.ok(statement !== undefined && statement.position <= statement.total);
        assert.match(hint, new RegExp(`-- lockstep:allow ${code} .*--allow ${code}, .*allow: \\["${code}"\\]`));
        // What the error says is what helps.
        const allowed = unsafe.split(at);
        await passes(way, {
          up: `${allowed.slice(0, -1).join(at)}\n-- lockstep:allow ${code}\n${at}${allowed.at(-1) ?? ""}`,
          setup,
        });
        await passes(way, { up: unsafe, setup, allow: [code] });
      });
      for (const [what, up] of Object.entries(safe)) {
        it(`does not, where it is ${what}: ${title}`, async () => {
          await passes(way, { up, setup });
        });
      }
    }

    it("takes what a copy says of what it leaves out", async () => {
      const copy = `${MAKE};\n-- lockstep:allow CODE\nINSERT OR IGNORE INTO new_people (id, name) SELECT id, name FROM people`;
      const omits = `${copy}; ${SWAP}`;
      await passes(way, { up: omits.replace("CODE", "rebuild_omits_column") });
      await isRefused(way, { up: omits.replace("CODE", "copy_skips_rows") });
      const skips = `${copy} WHERE id > 1; ${SWAP}`;
      await passes(way, { up: skips.replace("CODE", "copy_skips_rows, rebuild_omits_column") });
      await isRefused(way, { up: skips.replace("CODE", "rebuild_omits_column") });
    });

    it("refuses it as well in one transaction for the whole run", async () => {
      const error = await isRefused(way, { up: "DROP TABLE people", transaction: "all" });
      assert.deepEqual(error.details.losses, [{ kind: "rows", table: "people", count: 3 }]);
      await passes(way, { up: "DROP TABLE empty", transaction: "all" });
    });

    it("tells of all that would go, and needs an allowance for each", async () => {
      const up = "DROP TABLE posts; ALTER TABLE people DROP COLUMN email";
      const { details } = await isRefused(way, { up });
      assert.match(details.problem, /^this would destroy 3 rows of posts and more$/);
      assert.equal(details.losses?.length, 2);
      assert.match(
        details.hint,
        /--allow drop_table --allow drop_column, in code allow: \["drop_table","drop_column"\]$/,
      );
      await isRefused(way, { up, allow: ["drop_table"] });
      await passes(way, { up, allow: ["drop_table", "drop_column"] });
    });

    it("refuses to empty the tables below one that goes, where foreign keys are on", async () => {
      const rebuild = `${MAKE}; INSERT INTO new_people SELECT * FROM people; ${SWAP}`;
      const setup = PEOPLE.replace("person_id INTEGER", "person_id INTEGER REFERENCES people ON DELETE CASCADE");
      const { details } = await isRefused(way, { up: rebuild, setup, more: { foreignKeys: "enforce" } });
      assert.deepEqual(details.losses, [{ kind: "rows", table: "posts", count: 3 }]);
      await passes(way, { up: rebuild, setup, more: { foreignKeys: "check" } });
    });

    it("says nothing of what the run itself has made", async () => {
      const database = databaseOf(PEOPLE);
      const migrations = [
        { version: 1, up: "CREATE TABLE tags (id, name); INSERT INTO tags VALUES (1, 'x')" },
        { version: 2, up: "ALTER TABLE tags RENAME TO labels" },
        { version: 3, up: "ALTER TABLE labels DROP COLUMN name; DELETE FROM labels" },
        { version: 4, up: "INSERT INTO labels VALUES (1); DROP TABLE labels" },
      ];
      await run(database, way, { migrations });
      assert.deepEqual(ask(database, "SELECT max(version) AS v FROM lockstep_history"), [{ v: 4 }]);
    });

    it("knows rows of before in what an earlier migration of the run has made of them", async () => {
      for (const up of [
        "CREATE TABLE persons AS SELECT * FROM people; DROP TABLE people",
        "ALTER TABLE people RENAME TO persons",
      ]) {
        const database = databaseOf(PEOPLE);
        const migrations = [
          { version: 1, up },
          { version: 2, up: "DROP TABLE persons" },
        ];
        await assert.rejects(run(database, way, { migrations }), /would destroy 3 rows of persons/);
        assert.deepEqual(ask(database, "SELECT count(*) AS n FROM persons"), [{ n: 3 }]);
      }
    });
  });
}

describe("a replay on a new database", () => {
  it("may destroy all that it has seeded, also without a transaction", async () => {
    for (const transaction of [true, false]) {
      const database = databaseOf("");
      const up = [
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)",
        "ALTER TABLE t DROP COLUMN b",
        "DELETE FROM t",
        "INSERT INTO t VALUES (1); DROP TABLE t",
      ];
      const migrations = up.map((sql, index) => ({ version: index + 1, up: sql, transaction }));
      await run(database, { driver: "node:sqlite", by: "path" }, { migrations });
    }
  });
});
