/** check(): every way back that does not undo its way up is found, and none that does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkedProject, codesOf } from "../support/check.ts";
import { driverNames } from "../support/handle.ts";

const USERS =
  "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);\n-- lockstep:down\nDROP TABLE users;";

interface Case {
  readonly up: string;
  readonly bad: string;
  readonly code: string;
  /** The same way up with a way back that undoes it. */
  readonly good: string;
}

const cases: Readonly<Record<string, Case>> = {
  "leaves a table": {
    up: "CREATE TABLE a (x); CREATE TABLE b (x);",
    bad: "DROP TABLE a;",
    code: "down_differs",
    good: "DROP TABLE b; DROP TABLE a;",
  },
  "forgets an index when it rebuilds a table": {
    up: "CREATE INDEX users_name ON users (name); ALTER TABLE users ADD COLUMN x;",
    bad: "ALTER TABLE users DROP COLUMN x;",
    code: "down_differs",
    good: "DROP INDEX users_name; ALTER TABLE users DROP COLUMN x;",
  },
  "loses the values of a column": {
    up: "ALTER TABLE users ADD COLUMN x;",
    bad: `CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
      INSERT INTO other (id, name) SELECT id, name FROM users; DROP TABLE users; ALTER TABLE other RENAME TO users;`,
    code: "down_loses_rows",
    good: `CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
      INSERT INTO other SELECT id, name, age FROM users; DROP TABLE users; ALTER TABLE other RENAME TO users;`,
  },
  "loses the rows of a table that only has another name": {
    up: "ALTER TABLE users RENAME TO people;",
    bad: "DROP TABLE people; CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);",
    code: "down_loses_rows",
    good: "ALTER TABLE people RENAME TO users;",
  },
  "deletes more than was inserted": {
    up: "INSERT INTO users (id, name) VALUES (1, 'root');",
    bad: "DELETE FROM users;",
    code: "down_loses_rows",
    good: "DELETE FROM users WHERE id = 1;",
  },
  "leaves a row that was inserted": {
    up: "INSERT INTO users (name) VALUES ('root');",
    bad: "DELETE FROM users WHERE name = 'other';",
    code: "down_leaves_rows",
    good: "DELETE FROM users WHERE name = 'root';",
  },
  "changes a number into a text": {
    up: "CREATE TABLE a (x);",
    bad: "DROP TABLE a; UPDATE users SET name = name || '';  UPDATE users SET age = age || ' years';",
    code: "down_loses_rows",
    good: "DROP TABLE a;",
  },
  fails: {
    up: "CREATE TABLE a (x);",
    bad: "DROP TABLE b;",
    code: "down_failed",
    good: "DROP TABLE a;",
  },
};

for (const driver of driverNames) {
  describe(`a way back with ${driver}`, () => {
    for (const [what, { up, bad, code, good }] of Object.entries(cases)) {
      it(`that ${what} is found`, async () => {
        const { check } = checkedProject({ "001-users.sql": USERS, "002-next.sql": `${up}\n-- lockstep:down\n${bad}` });
        const report = await check({}, { driver });
        assert.deepEqual(codesOf(report), [code]);
        const [finding] = report.findings;
        assert.match(finding?.file ?? "", /002-next\.sql$/);
        assert.equal(finding?.migration?.version, 2);
        assert.equal(report.proven, 1);
      });
      it(`that would be right where another ${what} is not`, async () => {
        const { check } = checkedProject({
          "001-users.sql": USERS,
          "002-next.sql": `${up}\n-- lockstep:down\n${good}`,
        });
        const report = await check({}, { driver });
        assert.deepEqual([codesOf(report), report.proven], [[], 2]);
      });
    }
  });
}

describe("a way up", () => {
  it("that gives something else each time is found, and one that does not is not", async () => {
    const random = "CREATE TABLE a (x); INSERT INTO a VALUES (random());\n-- lockstep:down\nDROP TABLE a;";
    const { check, add } = checkedProject({ "001-a.sql": random });
    assert.deepEqual(codesOf(await check()), ["not_repeatable"]);
    add({ "001-a.sql": random.replace("random()", "4") });
    assert.deepEqual(codesOf(await check()), []);
  });

  it("that removes values by itself is noted: no way back can know them", async () => {
    const down = "-- lockstep:down\nALTER TABLE users ADD COLUMN age INTEGER;";
    const { check } = checkedProject({
      "001-users.sql": USERS,
      "002-age.sql": `ALTER TABLE users DROP COLUMN age;\n${down}`,
    });
    const { findings, notes } = await check();
    assert.deepEqual(findings, []);
    const dropped = notes.filter(({ kind }) => kind === "drops_values");
    assert.deepEqual(
      dropped.map(({ text }) => text),
      ["the way up removes or changes values of users.age, and no way back can know them"],
    );
  });

  it("that drops the number by which rows are found is noted: they come back with other numbers", async () => {
    const up =
      "-- lockstep:rebuild\nCREATE TABLE users (age INTEGER, name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;\n-- lockstep:drop id\n";
    const back = (name: string): string =>
      `-- lockstep:down\n-- lockstep:rebuild\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);\n-- lockstep:copy name = ${name}\n`;
    const { check } = checkedProject({ "001-users.sql": USERS, "002-key.sql": up + back("name") });
    const { findings, notes } = await check();
    assert.deepEqual(findings, []);
    assert.ok(notes.some(({ kind, text }) => kind === "drops_values" && text.includes("users.id")));
    const other = checkedProject({ "001-users.sql": USERS, "002-key.sql": up + back("'x' || name") });
    assert.deepEqual(codesOf(await other.check()), ["down_loses_rows", "down_leaves_rows"]);
  });

  it("whose way back is computed is proven like one that somebody wrote", async () => {
    const { check } = checkedProject({
      "001-users.sql": USERS,
      "002-strict.sql":
        "-- lockstep:rebuild\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER CHECK (age <> 3));",
    });
    const report = await check();
    assert.deepEqual([codesOf(report), report.proven], [[], 2]);
  });

  it("without a way back is noted, and found where each has to have one", async () => {
    const { check } = checkedProject({ "001-a.sql": "CREATE TABLE a (x)" });
    const report = await check();
    assert.deepEqual([codesOf(report), report.notes.map(({ kind }) => kind)], [[], ["no_way_down", "not_checked"]]);
    assert.deepEqual(codesOf(await check({ waysBack: "required" })), ["no_way_down"]);
  });
});

describe("sample rows", () => {
  const lossy = (table: string): string =>
    `ALTER TABLE ${table} ADD COLUMN extra TEXT;\n-- lockstep:down\nALTER TABLE ${table} DROP COLUMN extra; DELETE FROM ${table};`;
  const tables: Readonly<Record<string, string>> = {
    "CHECKs on words":
      "CREATE TABLE t (a TEXT NOT NULL CHECK (a IN ('red', 'green')), b INTEGER CHECK (b BETWEEN 3 AND 9));",
    "an address": "CREATE TABLE t (a TEXT NOT NULL UNIQUE CHECK (a LIKE '%_@_%'));",
    JSON: "CREATE TABLE t (a TEXT NOT NULL CHECK (json_valid(a)));",
    "STRICT, and no rowid": "CREATE TABLE t (a TEXT, b BLOB, c REAL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;",
    "a chain of parents":
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id TEXT PRIMARY KEY, p INTEGER NOT NULL REFERENCES p); CREATE TABLE t (q TEXT NOT NULL REFERENCES q (id), u UNIQUE REFERENCES p);",
    "itself as its parent": "CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES t);",
    "generated columns": "CREATE TABLE t (a INTEGER NOT NULL, b AS (a + 1), c AS (a || 'x') STORED);",
    "names that need quotes": `CREATE TABLE "t" ("sel ect" TEXT, "a""b" TEXT NOT NULL);`,
  };
  for (const [what, sql] of Object.entries(tables)) {
    it(`fit into a table with ${what}`, async () => {
      const { check } = checkedProject({ "001-t.sql": sql, "002-lossy.sql": lossy("t") });
      const report = await check();
      assert.deepEqual(codesOf(report), ["down_loses_rows"]);
      assert.deepEqual(
        report.notes.filter(({ kind }) => kind === "not_sampled"),
        [],
      );
    });
  }

  it("that fit nowhere are told, and the schema is compared all the same", async () => {
    const { check } = checkedProject({
      "001-t.sql": "CREATE TABLE t (a TEXT NOT NULL CHECK (length(a) = 37 AND a GLOB '9*z'));",
      "002-lossy.sql": lossy("t"),
    });
    const { findings, notes } = await check();
    assert.deepEqual(findings, []);
    assert.match(notes.find(({ kind }) => kind === "not_sampled")?.text ?? "", /^no sample rows fit into t: /);
  });

  it("with NULL are left out where a way up cannot take them", async () => {
    const { check } = checkedProject({
      "001-t.sql": "CREATE TABLE t (a TEXT);",
      "002-strict.sql":
        "CREATE TABLE u (a TEXT NOT NULL); INSERT INTO u SELECT a FROM t; DROP TABLE t;\n-- lockstep:down\nCREATE TABLE t (a TEXT); DROP TABLE u;",
    });
    const report = await check();
    assert.deepEqual(
      report.notes.filter(({ migration }) => migration?.version === 2).map(({ kind }) => kind),
      ["drops_values"],
    );
  });
});
