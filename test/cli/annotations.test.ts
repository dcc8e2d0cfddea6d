/** Annotations for GitHub Actions, as its runner reads them: from stdout, with the file from the root of the repository. */
import assert from "node:assert/strict";
import { realpathSync, symlinkSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";
import { runLockstep } from "./run-lockstep.ts";

const BROKEN = "CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE tags (x,,);\n";
const APP: Files = { "repo/app/package.json": '{ "type": "module" }\n', "repo/app/node_modules/.keep": "" };

/** A repository with the application in a folder of its own. */
function repository(files: Files): { readonly space: Workspace; readonly root: string; readonly app: string } {
  const space = workspace({ ...APP, ...files });
  const root = realpathSync(space.path("repo"));
  return { space, root, app: realpathSync(space.path("repo/app")) };
}

function annotations(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trimStart().startsWith("::"));
}

interface Annotation {
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads a line as the runner does: the properties up to `::`, each unescaped by itself. */
function parse(line = ""): Annotation {
  const [, list = "", message = ""] = /^::error (.*?)::(.*)$/.exec(line) ?? [];
  const unescape = (text: string, codes: readonly string[]): string =>
    codes.reduce((one, code) => one.replaceAll(code, decodeURIComponent(code)), text).replaceAll("%25", "%");
  const pairs = list.split(",").map((pair) => pair.split("=", 2) as [string, string]);
  const ends = ["%0D", "%0A"];
  return {
    properties: Object.fromEntries(pairs.map(([name, value]) => [name, unescape(value, [...ends, "%3A", "%2C"])])),
    message: unescape(message, ends),
  };
}

const PROBLEM = 'it cannot be applied to a new database: near ",": syntax error';
const SHOWN = `::error file=app/migrations/1-broken.sql,line=2,col=22,title=lockstep%3A replay_failed::${PROBLEM}%0Afix: `;

describe("an annotation", { concurrency: 3 }, () => {
  const broken = { "repo/app/migrations/1-broken.sql": BROKEN };

  it("is on stdout in GitHub Actions, behind the report, with the path from the root of the repository", async () => {
    const { root, app } = repository(broken);
    const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: root };
    const { stdout, stderr, exitCode } = await runLockstep(["check"], { cwd: app, env });
    assert.equal(exitCode, 3);
    const [first = "", ...others] = annotations(stdout);
    assert.ok(first.startsWith(SHOWN), first);
    assert.deepEqual(others, []);
    assert.ok(stdout.endsWith(`${first}\n`));
    assert.match(stdout, /^found\[replay_failed\]: /);
    assert.equal(stderr, "");
  });

  it("is not there elsewhere, and is with --github", async () => {
    const { app } = repository(broken);
    for (const env of [{}, { GITHUB_ACTIONS: "" }, { GITHUB_ACTIONS: "false" }]) {
      const { stdout, stderr, exitCode } = await runLockstep(["check"], { cwd: app, env });
      assert.deepEqual([annotations(stdout + stderr), exitCode], [[], 3]);
    }
    const asked = await runLockstep(["check", "--github"], { cwd: app });
    assert.deepEqual(
      annotations(asked.stdout)
        .map(parse)
        .map(({ properties }) => properties["file"]),
      ["migrations/1-broken.sql"],
    );
  });

  it("leaves --json one object, and is not made where nothing is found", async () => {
    const env = { GITHUB_ACTIONS: "true" };
    const { app, space } = repository(broken);
    const { stdout } = await runLockstep(["check", "--json"], { cwd: app, env });
    assert.equal((JSON.parse(stdout) as { findings: unknown[] }).findings.length, 1);
    space.write({ "repo/app/migrations/1-broken.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n" });
    const fine = await runLockstep(["check"], { cwd: app, env });
    assert.deepEqual([annotations(fine.stdout), fine.stderr, fine.exitCode], [[], "", 0]);
  });

  it("has the path in the repository also where a link leads to it, or the migrations are named from the root of the disk", async () => {
    const { root, app, space } = repository(broken);
    const link = space.path("link");
    symlinkSync(root, link);
    for (const [workspaceRoot, migrations] of [
      [link, "migrations"],
      [root, `${link}/app/migrations`],
      [`${root}/`, `${app}/migrations`],
    ] as const) {
      const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: workspaceRoot };
      const { stdout } = await runLockstep(["check", "-m", migrations], { cwd: app, env });
      assert.equal(parse(annotations(stdout)[0]).properties["file"], "app/migrations/1-broken.sql", migrations);
    }
  });

  it("escapes what the format gives a meaning, in the path and in the text", async () => {
    const name = "1-50%2C, a:b\n::error::x.mjs";
    const message = "100%25 of\r\n::error file=x::rows: a,b";
    const { root, app } = repository({
      [`repo/app/migrations/${name}`]: `export const up = () => { throw new Error(${JSON.stringify(message)}); };\n`,
    });
    const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: root };
    const { stdout } = await runLockstep(["check"], { cwd: app, env });
    const [line = "", ...others] = stdout.split("\n").filter((text) => text.startsWith("::"));
    assert.deepEqual(others, []);
    const escaped = "app/migrations/1-50%252C%2C a%3Ab%0A%3A%3Aerror%3A%3Ax.mjs";
    assert.ok(line.startsWith(`::error file=${escaped},line=1,`), line);
    const { properties, message: text } = parse(line);
    assert.deepEqual([properties["file"], properties["title"]], [`app/migrations/${name}`, "lockstep: replay_failed"]);
    assert.ok(text.includes(message), text);
  });

  it("moves nothing on a screen, whatever a name has in it", async () => {
    const { app } = repository({ "repo/app/migrations/1-a\u001B[2J\u009B.sql": BROKEN });
    const { stdout } = await runLockstep(["check", "--github"], { cwd: app });
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(stdout, /[\u001B\u009B]/);
    assert.equal(annotations(stdout).length, 1);
  });

  it("has the rule and the level of a hazard in its title, and the text says why a drift cannot be mended", async () => {
    const { app, space } = repository({
      "repo/app/migrations/1-users.sql":
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT) STRICT;\nCREATE VIEW dangling AS SELECT * FROM nowhere;\n",
    });
    await runLockstep(["up", "-d", "app.db"], { cwd: app });
    const database = new DatabaseSync(space.path("repo/app/app.db"));
    database.exec("INSERT INTO users (name) VALUES ('a'); ALTER TABLE users ADD COLUMN by_hand TEXT");
    database.close();
    space.write({ "repo/app/migrations/2-drop.sql": "\n  DROP TABLE users;\n" });
    const env = { GITHUB_ACTIONS: "true" };
    const { stdout } = await runLockstep(["check", "-d", "app.db"], { cwd: app, env });
    const found = annotations(stdout)
      .map(parse)
      .map(({ properties }) => properties);
    assert.deepEqual(found, [
      { title: "lockstep: drift" },
      { file: "migrations/2-drop.sql", line: "2", col: "14", title: "lockstep: hazard drop_table (danger)" },
    ]);
    assert.match(stdout, /^ {3}sql: none could be drafted: SQLite renames and drops columns only where /m);
  });
});
