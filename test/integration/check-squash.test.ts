/** check() compares a squash with the migrations that it stands for, as long as those are there. */
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type CheckReport, type Finding } from "../../src/index.ts";
import { checkedProject, type CheckedProject } from "../support/check.ts";
import { driverNames } from "../support/handle.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";

const FILES = {
  "01-users.sql": `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
INSERT INTO users (name) VALUES ('ann'), ('bob');
CREATE TABLE words (word TEXT);
INSERT INTO words VALUES ('a'), ('b'), ('c');
CREATE TABLE pairs (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO pairs VALUES (1, x'00');
-- lockstep:down
DROP TABLE pairs; DROP TABLE words; DROP TABLE users;
`,
  "03-notes.sql": `CREATE VIRTUAL TABLE notes USING fts5(title);
INSERT INTO notes (title) VALUES ('hello');
CREATE INDEX users_name ON users (name);
CREATE VIEW names AS SELECT name FROM users;
PRAGMA user_version = 7;
INSERT INTO metadata (key, value) VALUES ('mine', 'yes');
-- lockstep:down
DELETE FROM metadata WHERE key = 'mine'; PRAGMA user_version = 0;
DROP VIEW names; DROP INDEX users_name; DROP TABLE notes;
`,
  "04-after.sql": "CREATE TABLE after (id INTEGER PRIMARY KEY);\n-- lockstep:down\nDROP TABLE after;\n",
};

/** Written once: a squash takes a second. */
const [upToThree, upToFour] = await Promise.all([3, 4].map(squashText));

async function squashText(to: number): Promise<string> {
  const { options } = project(FILES);
  return (await new MigrationRunner({ ...options, database: ":memory:" }).squash(to)).sql;
}

/** A project with a squash of its first two migrations, up to version 3. */
function squashed(more: Readonly<Record<string, string>> = {}): CheckedProject {
  return checkedProject({ ...FILES, "squash-03.sql": upToThree ?? "", ...more });
}

function replaced(name: keyof typeof FILES, from: string, to: string): Readonly<Record<string, string>> {
  assert.ok(FILES[name].includes(from));
  return { [name]: FILES[name].replace(from, to) };
}

function stale({ findings }: CheckReport): readonly Finding[] {
  return findings.filter(({ code }) => code === "squash_stale");
}

for (const driver of driverNames) {
  describe(`a squash beside its migrations with ${driver}`, { concurrency: true }, () => {
    it("is not found where it makes the same, with a database and without", async () => {
      const { check, options } = squashed();
      const without = await check({}, { driver });
      assert.deepEqual(without.findings, []);
      assert.deepEqual(
        without.notes.map(({ kind }) => kind),
        ["not_checked"],
      );
      await migrate({ ...options, driver });
      const report = await check({}, { driver });
      assert.deepEqual([report.findings, report.notes], [[], []]);
    });

    it("is found where a migration makes another schema now, with the difference", async () => {
      const { check, path } = squashed(replaced("01-users.sql", "name TEXT)", "name TEXT NOT NULL)"));
      assert.deepEqual(stale(await check({}, { driver })), [
        {
          code: "squash_stale",
          problem:
            'this squash does not make what its migrations make: the table "users" is different; version 1 was edited since',
          fix: "put the migrations back as they were, or delete the squash and run lockstep squash --to 3",
          file: path("migrations", "squash-03.sql"),
          details: [
            "@@ table users @@",
            "-CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);",
            "+CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);",
          ],
        },
      ]);
    });
  });
}

interface Edit {
  readonly about: string;
  readonly files: Readonly<Record<string, string>>;
  readonly what: string;
  readonly details: readonly string[];
}

const edits: readonly Edit[] = [
  {
    about: "a value that is seeded",
    files: replaced("01-users.sql", "'bob'", "'bo'"),
    what: 'rows of the table "users" are different; version 1 was edited since',
    details: ["@@ rows of users @@", "-id = 2, name = 'bo'", "+id = 2, name = 'bob'"],
  },
  {
    about: "a row between others, which moves those behind it",
    files: replaced("01-users.sql", "('b'), ('c')", "('new'), ('b'), ('c')"),
    what: 'rows of the table "words" are different; version 1 was edited since',
    details: ["@@ rows of words @@", "-word = 'new'"],
  },
  {
    about: "the order of rows alone",
    files: replaced("01-users.sql", "('a'), ('b')", "('b'), ('a')"),
    what: 'rows of the table "words" are different; version 1 was edited since',
    details: [
      "@@ rows of words @@",
      "-rowid 1: word = 'b'",
      "+rowid 2: word = 'b'",
      "-rowid 2: word = 'a'",
      "+rowid 1: word = 'a'",
    ],
  },
  {
    about: "a row of a table without rowids",
    files: replaced("01-users.sql", "(1, x'00')", "(1, x'01')"),
    what: 'rows of the table "pairs" are different; version 1 was edited since',
    details: ["@@ rows of pairs @@", "-a = 1, b = X'01'", "+a = 1, b = X'00'"],
  },
  {
    about: "a text in a full-text table",
    files: replaced("03-notes.sql", "'hello'", "'bye'"),
    what: 'rows of the table "notes" are different; version 3 was edited since',
    details: ["@@ rows of notes @@", "-rowid = 1, title = 'bye'", "+rowid = 1, title = 'hello'"],
  },
  {
    about: "the application's own row of the metadata",
    files: replaced("03-notes.sql", "'mine', 'yes'", "'mine', 'no'"),
    what: 'rows of the table "metadata" are different; version 3 was edited since',
    details: ["@@ rows of metadata @@", "-key = 'mine', value = 'no'", "+key = 'mine', value = 'yes'"],
  },
  {
    about: "a number in the header of the file",
    files: replaced("03-notes.sql", "user_version = 7", "user_version = 8"),
    what: "PRAGMA user_version is different; version 3 was edited since",
    details: ["@@ PRAGMA user_version @@", "-8", "+7"],
  },
  {
    about: "the last number that AUTOINCREMENT has given",
    files: replaced("01-users.sql", "('bob');", "('bob'), ('cy'); DELETE FROM users WHERE name = 'cy';"),
    what: 'the last number of AUTOINCREMENT in "users" is different; version 1 was edited since',
    details: ['@@ the last number of AUTOINCREMENT in "users" @@', "-3", "+2"],
  },
  {
    about: "a column with its values and an object that is gone",
    files: {
      ...replaced(
        "03-notes.sql",
        "CREATE VIEW names AS SELECT name FROM users;",
        "ALTER TABLE words ADD COLUMN n DEFAULT 1;",
      ),
    },
    what: 'the table "words" is different, and 1 more; version 3 was edited since',
    details: [
      "@@ table words @@",
      "-CREATE TABLE words (word TEXT, n DEFAULT 1);",
      "+CREATE TABLE words (word TEXT);",
      "@@ view names @@",
      "+CREATE VIEW names AS SELECT name FROM users;",
    ],
  },
  {
    about: "a migration that was put between the others",
    files: { "02-late.sql": "CREATE TABLE late (x);\n-- lockstep:down\nDROP TABLE late;\n" },
    what: 'the table "late" is missing, and 1 more',
    details: ["@@ table late @@", "-CREATE TABLE late (x);", "@@ migrations @@", '-2 "Late"'],
  },
];

describe("a squash is found stale by", { concurrency: true }, () => {
  for (const { about, files, what, details } of edits) {
    it(about, async () => {
      const [finding, ...others] = stale(await squashed(files).check());
      assert.equal(finding?.problem, `this squash does not make what its migrations make: ${what}`);
      assert.deepEqual(finding.details, details);
      assert.deepEqual(others, []);
    });
  }

  it("a statement that is written in another way, for which a database that began with it is refused later", async () => {
    const at = squashed();
    const [began, files] = [
      at.path("began.db"),
      replaced("01-users.sql", "INSERT INTO users (name)", "INSERT INTO users(name)"),
    ];
    await migrate({ ...at.options, database: began, to: 3 });
    at.add(files);
    assert.deepEqual(stale(await at.check()), [], "white space says nothing");
    at.add(replaced("01-users.sql", "VALUES (1, x'00')", "SELECT 1, x'00'"));
    const [finding] = stale(await at.check());
    assert.equal(
      finding?.problem,
      "this squash makes what its migrations make, and has another checksum for them: version 1 was edited since",
    );
    assert.equal(finding.details, undefined);
    await rejection(migrate({ ...at.options, database: began }), "changed");
  });

  it("many rows, of which it shows some", async () => {
    const many =
      "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO words SELECT i FROM n;";
    const [finding] = stale(
      await squashed(replaced("01-users.sql", "CREATE TABLE pairs", `${many} CREATE TABLE pairs`)).check(),
    );
    assert.equal(finding?.details?.length, 22);
    assert.equal(finding.details.at(-1), " and 30 more");
  });

  it("its own text, where somebody has edited that", async () => {
    const at = squashed({ "squash-03.sql": upToThree?.replace("'bob'", "'bo'") ?? "" });
    const [finding] = stale(await at.check());
    assert.equal(finding?.problem, "the squash cannot be used: its statements are not those that were written");
    assert.equal(finding.file, at.path("migrations", "squash-03.sql"));
  });
});

describe("a squash is not compared", () => {
  it("where its migrations are gone, or one of them is", async () => {
    const at = squashed();
    rmSync(at.path("migrations", "03-notes.sql"));
    assert.deepEqual(stale(await at.check()), []);
    rmSync(at.path("migrations", "01-users.sql"));
    const { findings } = await at.check();
    assert.deepEqual(findings, []);
  });

  it("where the first of its migrations is gone alone", async () => {
    const at = squashed();
    rmSync(at.path("migrations", "01-users.sql"));
    assert.deepEqual(stale(await at.check()), []);
  });

  it("where a migration cannot be replayed, which is noted", async () => {
    const at = squashed(replaced("03-notes.sql", "CREATE VIEW", "CREATE VIE"));
    const report = await at.check();
    assert.deepEqual(stale(report), []);
    assert.ok(
      report.notes.some(
        ({ kind, text }) => kind === "not_checked" && /squash-03\.sql was not compared .*version 3 cannot/.test(text),
      ),
    );
  });
});

describe("several squashes", () => {
  it("are compared each with what stands below it, be that a squash", async () => {
    const at = squashed({ "squash-04.sql": upToFour ?? "" });
    for (const name of ["01-users.sql", "03-notes.sql"]) rmSync(at.path("migrations", name));
    assert.deepEqual(readdirSync(at.migrations), ["04-after.sql", "squash-03.sql", "squash-04.sql"]);
    assert.deepEqual((await at.check()).findings, []);
    at.add(replaced("04-after.sql", "PRIMARY KEY", "PRIMARY KEY, x"));
    const report = await at.check();
    assert.deepEqual(
      stale(report).map(({ file }) => file),
      [at.path("migrations", "squash-04.sql")],
    );
  });
});

describe("what is known of a squash", () => {
  /** Code that leaves a mark in the process each time it runs. */
  const counting = (text: string): Readonly<Record<string, string>> => ({
    "01-users.sql": "CREATE TABLE a (x);",
    "02-code.mjs": `import { ran } from "./_ran.cjs";\nexport const up = (db) => { ran.push(1); db.exec(${JSON.stringify(text)}); };\n`,
    "_ran.cjs": "module.exports.ran = [];\n",
    "03-b.sql": "CREATE TABLE c (x);",
  });

  it("is kept until one of the texts changes", async () => {
    const at = checkedProject(counting("CREATE TABLE b (x)"));
    const { ran } = (await import(at.path("migrations", "_ran.cjs"))) as { readonly ran: unknown[] };
    const { file, sql } = await new MigrationRunner({ ...at.options, database: ":memory:" }).squash(2);
    at.write({ "migrations/squash-02.sql": sql });
    assert.equal(file, at.path("migrations", "squash-02.sql"));
    await at.check();
    const before = ran.length;
    await at.check();
    at.add({ "03-b.sql": "CREATE TABLE c (y);" });
    assert.deepEqual((await at.check()).findings, []);
    assert.equal(ran.length, before, "nothing up to the squash was run again");
    at.add({ "01-users.sql": "CREATE TABLE a (y);" });
    const first = await at.check();
    assert.ok(ran.length > before);
    assert.equal(stale(first).length, 1);
    const after = ran.length;
    assert.deepEqual(stale(await at.check()), stale(first));
    assert.equal(ran.length, after);
    at.add({ "squash-02.sql": sql.replace("CREATE TABLE a", "CREATE TABLE aa") });
    assert.match(stale(await at.check())[0]?.problem ?? "", /cannot be used/);
  });
});
