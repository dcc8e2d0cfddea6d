/** check() runs nothing twice: what is kept is used while nothing has changed, and never trusted. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { migrate } from "../../src/index.ts";
import { checkedProject, codesOf, type CheckedProject } from "../support/check.ts";
import { driverNames } from "../support/handle.ts";

/** A migration in code that leaves a mark outside of the database each time it runs, through a package as an application has one. */
function marked(name: string): Readonly<Record<string, string>> {
  return {
    "001-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n-- lockstep:down\nDROP TABLE users;",
    "002-marked.mjs": `import { mark } from "marker";
import { table } from "./_helper.mjs";
export const up = (db) => { mark(${JSON.stringify(name)}); db.exec("CREATE TABLE " + table + " (x)"); };
export const down = (db) => db.exec("DROP TABLE " + table);
`,
    "_helper.mjs": 'export const table = "marks";\n',
    "003-index.sql": "CREATE INDEX users_name ON users (name);\n-- lockstep:down\nDROP INDEX users_name;",
  };
}

function markedProject(): { readonly project: CheckedProject; marks(): number } {
  const project = checkedProject(marked("up"));
  project.write({
    "node_modules/marker/package.json":
      '{ "name": "marker", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
    "node_modules/marker/index.js": `import { appendFileSync } from "node:fs";
export const mark = (text) => appendFileSync(${JSON.stringify(project.path("marks"))}, text + "\\n");
`,
  });
  const file = project.path("marks");
  return { project, marks: () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0) };
}

for (const driver of driverNames) {
  describe(`the second check with ${driver}`, () => {
    it("runs no migration, and finds what the first one found", async () => {
      const { project, marks } = markedProject();
      project.add({ "004-lossy.sql": "CREATE TABLE a (x);\n-- lockstep:down\nSELECT 1;" });
      const first = await project.check({}, { driver });
      const after = marks();
      assert.deepEqual([first.executed, codesOf(first)], [4, ["down_differs"]]);
      assert.ok(after > 0);
      const second = await project.check({}, { driver });
      assert.deepEqual([second.executed, second.findings, second.notes], [0, first.findings, first.notes]);
      assert.equal(marks(), after);
      assert.equal((await project.check({ cache: "ignore" }, { driver })).executed, 4);
      assert.ok(marks() > after);
    });

    it("runs what is new, and nothing before it", async () => {
      const { project, marks } = markedProject();
      await project.check({}, { driver });
      const after = marks();
      project.add({
        "004-more.sql": "INSERT INTO users VALUES (1, 'a');\n-- lockstep:down\nDELETE FROM users WHERE id = 1;",
      });
      const report = await project.check({}, { driver });
      assert.deepEqual([report.executed, report.proven, codesOf(report)], [1, 4, []]);
      assert.equal(marks(), after);
      // Edited, it starts from the state before it.
      project.add({ "004-more.sql": "INSERT INTO users VALUES (1, 'a');\n-- lockstep:down\nDELETE FROM users;" });
      const edited = await project.check({}, { driver });
      assert.deepEqual([edited.executed, codesOf(edited)], [1, ["down_loses_rows"]]);
      assert.equal(marks(), after);
    });

    it("gives the same drift as one that runs all", async () => {
      const { project } = markedProject();
      await migrate({ ...project.options, driver });
      await project.check({}, { driver });
      project.add({ "004-more.sql": "CREATE TABLE more (x);\n-- lockstep:down\nDROP TABLE more;" });
      const report = await project.check({}, { driver });
      assert.deepEqual([report.executed, report.currentVersion, report.findings], [1, 3, []]);
      assert.deepEqual((await project.check({}, { driver })).executed, 0);
    });
  });
}

const edits: Readonly<Record<string, (project: CheckedProject) => void>> = {
  "a way up": ({ add }) =>
    add({
      "001-users.sql":
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, x);\n-- lockstep:down\nDROP TABLE users;",
    }),
  "a way back": ({ add }) =>
    add({
      "001-users.sql":
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n-- lockstep:down\nDROP TABLE IF EXISTS users;",
    }),
  "what code imports": ({ add }) => add({ "_helper.mjs": 'export const table = "marks2";\n' }),
  "the version of a package": ({ write }) =>
    write({
      "node_modules/marker/package.json":
        '{ "name": "marker", "version": "1.0.1", "type": "module", "exports": "./index.js" }',
    }),
};

describe("what is kept", () => {
  for (const [what, edit] of Object.entries(edits)) {
    it(`does not count once ${what} has changed`, async () => {
      const { project, marks } = markedProject();
      await project.check();
      const after = marks();
      edit(project);
      const report = await project.check();
      assert.ok(report.executed >= 2);
      assert.ok(marks() > after);
      assert.deepEqual(codesOf(report), []);
    });
  }

  it("is nothing for code of which nobody can know what it does, and for all behind it", async () => {
    const { check, add } = checkedProject({
      "001-a.sql": "CREATE TABLE a (x)",
      "002-code.mjs": "export const up = (db) => db.exec(process.version === '' ? '' : 'CREATE TABLE b (x)');",
      "003-c.sql": "CREATE TABLE c (x)",
    });
    assert.equal((await check()).executed, 3);
    assert.equal((await check()).executed, 2);
    add({ "002-code.mjs": "export const up = (db) => db.exec('CREATE TABLE b (x)');" });
    assert.equal((await check()).executed, 2);
    assert.equal((await check()).executed, 0);
  });

  const damage: Readonly<Record<string, (file: string) => void>> = {
    "cut off": (file) => truncateSync(file, 40),
    empty: (file) => truncateSync(file, 0),
    "changed in one place": (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
    "something else": (file) => writeFileSync(file, "SQLite format 3\0 and no more\n{}"),
  };
  for (const [what, harm] of Object.entries(damage)) {
    it(`and is ${what} is made again`, async () => {
      const { project } = markedProject();
      const folder = project.path("cache");
      const first = await project.check();
      for (const name of readdirSync(folder)) harm(join(folder, name));
      const second = await project.check();
      assert.deepEqual([second.executed, second.findings], [3, first.findings]);
      assert.equal((await project.check()).executed, 0);
      // A database alone, too: the record says which bytes it has to have.
      for (const name of readdirSync(folder)) if (name.endsWith(".db")) harm(join(folder, name));
      project.add({ "004-more.sql": "CREATE TABLE more (x)" });
      const third = await project.check();
      assert.deepEqual([third.executed, codesOf(third)], [4, []]);
    });
  }

  it("under the name of another is not taken for it", async () => {
    const { project } = markedProject();
    await project.check();
    const folder = project.path("cache");
    const records = readdirSync(folder).filter((name) => name.endsWith(".json"));
    const texts = records.map((name) => readFileSync(join(folder, name)));
    records.forEach((name, index) => writeFileSync(join(folder, name), texts.at(index - 1) ?? ""));
    assert.equal((await project.check()).executed, 3);
  });

  it("does not grow without an end", async () => {
    const { check, add, path } = checkedProject({});
    for (let version = 1; version <= 30; version += 1) {
      add({ [`${version}-t.sql`]: `CREATE TABLE t${version} (x)` });
      await check();
    }
    assert.ok(readdirSync(path("cache")).length <= 48);
  });

  it("is not needed: a folder that cannot be written is no reason to fail", async () => {
    const { check, write, path } = checkedProject({ "001-a.sql": "CREATE TABLE a (x)" });
    write({ file: "" });
    const report = await check({ cacheFolder: path("file", "cache") });
    assert.deepEqual([report.executed, codesOf(report)], [1, []]);
  });
});
