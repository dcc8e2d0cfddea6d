/** check(): history against files, the replay, drift, and the file with the schema; each finding beside a case without. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { migrate, MigrationRunner } from "../../src/index.ts";
import { checkedProject, codesOf } from "../support/check.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";

const files = {
  "001-users.sql":
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\n-- lockstep:down\nDROP TABLE users;\n",
  "002-index.sql": "CREATE UNIQUE INDEX users_email ON users (email);\n-- lockstep:down\nDROP INDEX users_email;\n",
  "003-posts.mjs":
    "export const up = (db) => db.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY)');\nexport const down = (db) => db.exec('DROP TABLE posts');\n",
};

for (const driver of driverNames) {
  describe(`check with ${driver}`, () => {
    it("finds nothing where all is as it should be, and leaves the database as it is", async () => {
      const { check, options, database } = checkedProject(files);
      await migrate({ ...options, driver });
      const before = readFileSync(database);
      const report = await check({}, { driver });
      assert.deepEqual([report.findings, report.notes], [[], []]);
      assert.deepEqual(
        [report.database, report.currentVersion, report.replayed, report.executed, report.proven],
        [database, 3, 3, 3, 3],
      );
      assert.deepEqual(readFileSync(database), before);
    });

    it("does not make a database that is not there, and says what was not checked", async () => {
      const { check, database } = checkedProject(files);
      const report = await check({}, { driver });
      assert.deepEqual([report.database, report.currentVersion, codesOf(report)], [null, null, []]);
      assert.deepEqual(
        report.notes.map(({ kind }) => kind),
        ["not_checked"],
      );
      assert.equal(existsSync(database), false);
    });

    it("finds an object that somebody has made, changed or dropped by hand, and gives the SQL that mends it", async () => {
      const { check, options, database, add } = checkedProject(files);
      await migrate({ ...options, driver });
      const handle = openHandle(driver, database);
      handle.exec("ALTER TABLE users ADD COLUMN phone TEXT");
      handle.exec("DROP INDEX users_email");
      handle.exec("CREATE VIEW by_hand AS SELECT 1");
      handle.exec("INSERT INTO users (email, phone) VALUES ('a', '1')");
      handle.close();
      const report = await check({}, { driver });
      assert.deepEqual(codesOf(report), ["drift"]);
      const [drift] = report.findings;
      assert.deepEqual(drift?.details, [
        "@@ table users @@",
        "-CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);",
        "+CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, phone TEXT);",
        "@@ index users_email @@",
        "-CREATE UNIQUE INDEX users_email ON users (email);",
        "@@ view by_hand @@",
        "+CREATE VIEW by_hand AS SELECT 1;",
      ]);

      // As a migration that is not in the replay, it leads the database back to it. What it would destroy has to be allowed.
      add({ "004-mend.sql": `${drift?.sql}` });
      await rejection(migrate({ ...options, driver }), "would_lose_data");
      await migrate({ ...options, driver, allow: ["drop_column"] });
      rmSync(`${options.migrations}/004-mend.sql`);
      const history = openHandle(driver, database);
      history.exec(
        "DELETE FROM lockstep_history WHERE version = 4; UPDATE metadata SET value = '3' WHERE key = 'schema_version'",
      );
      history.close();
      assert.deepEqual(codesOf(await check({}, { driver })), []);
    });

    it("takes no other text of the same schema, and no statistics, for drift", async () => {
      const { check, options, database } = checkedProject(files);
      await migrate({ ...options, driver });
      const handle = openHandle(driver, database);
      handle.exec("DROP INDEX users_email");
      handle.exec('create unique index "users_email" on users ( email ) -- as before');
      handle.exec("ANALYZE");
      handle.exec("PRAGMA user_version = 7");
      handle.close();
      assert.deepEqual(codesOf(await check({}, { driver })), []);
    });

    it("compares a database that is behind with what it should be then", async () => {
      const { check, options, database } = checkedProject(files);
      await new MigrationRunner({ ...options, driver }).runMigrations({ to: 1 });
      const report = await check({}, { driver });
      assert.deepEqual([codesOf(report), report.currentVersion, report.notes], [[], 1, []]);
      const handle = openHandle(driver, database);
      handle.exec("DROP TABLE users");
      handle.close();
      assert.deepEqual(codesOf(await check({}, { driver })), ["drift"]);
    });
  });
}

describe("the history", () => {
  it("of which a file was edited, or is gone, is found, and the schema is then not compared", async () => {
    const { check, options, add } = checkedProject(files);
    await migrate(options);
    add({ "002-index.sql": files["002-index.sql"].replaceAll("UNIQUE ", "") });
    const changed = await check();
    assert.deepEqual(codesOf(changed), ["changed"]);
    assert.match(changed.notes[0]?.text ?? "", /not compared: version 2 was changed/);
    add({ "002-index.sql": `-- only a comment more\n${files["002-index.sql"]}` });
    assert.deepEqual(codesOf(await check()), []);
    rmSync(`${options.migrations}/001-users.sql`);
    rmSync(`${options.migrations}/002-index.sql`);
    const missing = await check();
    assert.deepEqual(codesOf(missing), ["missing", "missing"]);
    assert.match(missing.notes[0]?.text ?? "", /the file of versions 1 and 2 is gone/);
  });

  it("that is newer than all files is one finding", async () => {
    const { check, options } = checkedProject(files);
    await migrate(options);
    rmSync(`${options.migrations}/002-index.sql`);
    rmSync(`${options.migrations}/003-posts.mjs`);
    assert.deepEqual(codesOf(await check()), ["database_newer"]);
  });

  it("behind which a late migration stands is found, and the schema is compared without that", async () => {
    const { "002-index.sql": late, ...first } = files;
    const { check, options, add } = checkedProject(first);
    await migrate(options);
    add({ "002-index.sql": late });
    const report = await check();
    assert.deepEqual([codesOf(report), report.notes], [["out_of_order"], []]);
    assert.match(report.findings[0]?.problem ?? "", /is not proven: version 3 is code$/);
    await migrate({ ...options, outOfOrder: "allow" });
    assert.deepEqual(codesOf(await check()), []);
  });

  it("with a migration that is half-way is found", async () => {
    const half =
      "-- lockstep:no-transaction\nCREATE TABLE a (x);\nCREATE TABLE users (x);\n-- lockstep:down\nDROP TABLE a;";
    const { check, options, database } = checkedProject({ "001-half.sql": half });
    const handle = openHandle("node:sqlite", database);
    handle.exec("CREATE TABLE users (x)");
    handle.close();
    await rejection(migrate(options), "statement_failed");
    const report = await check();
    assert.deepEqual(codesOf(report), ["partial"]);
    assert.match(
      report.notes.map(({ text }) => text).join("\n"),
      /not tried: it runs without a transaction\n.*half-way/,
    );
  });
});

describe("the replay", () => {
  it("tells what fails with its place, and goes on with what does not need it", async () => {
    const { check } = checkedProject({
      ...files,
      "004-wrong.sql": "CREATE TABLE tags (x);\nCREATE INDEX tags_y ON tags (y);\n",
      "005-needs-it.sql": "INSERT INTO tags VALUES (1);",
      "006-lossy.sql": "CREATE TABLE more (x);\n-- lockstep:down\nSELECT 1;",
      "007-no-sql.sql": "CREATE TABLE (",
    });
    const report = await check();
    assert.deepEqual(
      report.findings.map(({ code, migration, line, column }) => [code, migration?.version, line, column]),
      [
        ["replay_failed", 4, 2, 30],
        ["down_differs", 6, undefined, undefined],
        ["replay_failed", 7, 1, 14],
      ],
    );
    assert.equal(report.notes.find(({ migration }) => migration?.version === 5)?.kind, "not_checked");
  });

  it("tells each migration that cannot be read, whatever stands before it", async () => {
    const { check } = checkedProject({
      ...files,
      "004-empty.sql": "-- to be written\n",
      "005-open.sql": "CREATE TABLE tags (x DEFAULT 'a);\n",
      "006-more.sql": "INSERT INTO absent VALUES (1);",
    });
    const { findings, notes } = await check();
    assert.deepEqual(
      findings.map(({ code, migration }) => [code, migration?.version, migration?.name]),
      [
        ["replay_failed", 4, "Empty"],
        ["replay_failed", 5, "Open"],
      ],
    );
    assert.deepEqual(
      notes
        .filter(({ kind, migration }) => kind === "not_checked" && migration !== undefined)
        .map((note) => note.migration?.name),
      ["More"],
    );
  });

  it("does not run for a directory that is wrong: that is an error", async () => {
    const { check } = checkedProject({ ...files, "extra.sql": "SELECT 1" });
    await rejection(check(), "file_unnumbered");
  });

  it("knows its options", async () => {
    const { check } = checkedProject(files);
    await rejection(check({ waysBack: "some" as "optional" }), "invalid_option");
  });
});

describe("the file with the schema", () => {
  it("is found where it is not there or says something else, and only there", async () => {
    const { check, options, path } = checkedProject(files);
    const schemaFile = path("schema.sql");
    assert.deepEqual(codesOf(await check({ schemaFile })), ["schema_file_stale"]);
    await migrate(options);
    const { schema } = await new MigrationRunner(options).dump();
    writeFileSync(schemaFile, schema);
    assert.deepEqual(codesOf(await check({ schemaFile })), []);
    writeFileSync(schemaFile, schema.replaceAll("\n", "\r\n"));
    assert.deepEqual(codesOf(await check({ schemaFile })), []);
    writeFileSync(schemaFile, schema.replace("email", "mail"));
    const report = await check({ schemaFile });
    assert.deepEqual([codesOf(report), report.findings[0]?.file], [["schema_file_stale"], schemaFile]);
  });
});

describe("the file with the types", () => {
  it("is found where it is not there or says something else, and only there", async () => {
    const { check, options, path } = checkedProject(files);
    const typesFile = path("schema.d.ts");
    assert.deepEqual(codesOf(await check({ typesFile })), ["types_file_stale"]);
    await migrate(options);
    const { types } = await new MigrationRunner(options).types();
    writeFileSync(typesFile, types);
    assert.deepEqual(codesOf(await check({ typesFile })), []);
    writeFileSync(typesFile, types.replace("email", "mail"));
    const report = await check({ typesFile });
    assert.deepEqual([codesOf(report), report.findings[0]?.file], [["types_file_stale"], typesFile]);
  });
});

describe("what the linter says of a pending migration", () => {
  it("is a finding, unless it is allowed or there is nothing to lose", async () => {
    const { check, database, options, write } = checkedProject(files);
    await migrate(options);
    const pending = async (text: string): Promise<readonly unknown[]> => {
      write({ "migrations/009-more.sql": text });
      const { findings } = await check({ cache: "ignore" });
      return findings
        .filter(({ code }) => code === "hazard")
        .map(({ problem, line, lint }) => [problem.split(":")[0], line, lint]);
    };
    const table = "CREATE TABLE scratch (id INTEGER PRIMARY KEY) STRICT;";
    const unsafe = `${table}\nUPDATE users SET email = 'x';\n-- lockstep:down\nDROP TABLE scratch;`;
    assert.deepEqual(await pending(unsafe), []);
    const handle = openHandle("node:sqlite", database);
    handle.exec("INSERT INTO users (email) VALUES ('ada@example.org')");
    handle.close();
    assert.deepEqual(await pending(unsafe), [["update_all_rows", 2, { code: "update_all_rows", level: "warning" }]]);
    const allowed = "-- lockstep:allow update_all_rows\nUPDATE users SET email = 'x';";
    assert.deepEqual(await pending(`${table}\n${allowed}\n-- lockstep:down\nDROP TABLE scratch;`), []);
  });
});
