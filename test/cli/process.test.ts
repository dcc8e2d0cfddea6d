/** The process around the command line: which Node it runs on, what it prints beside its own words, and readers that go away. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { workspace } from "../support/workspace.ts";
import { bin, plainEnvironment, runLockstep, type Ran } from "./run-lockstep.ts";

const FILES = {
  "migrations/1-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);",
  "migrations/2-posts.ts":
    'export const up = (db: { exec(sql: string): void }): void => db.exec("CREATE TABLE posts (a)");',
};

/** A Node that is too old for lockstep, if there is one on this machine. */
function findOldNode(): string | undefined {
  const candidates = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return candidates.find((file) => {
    if (!existsSync(file)) return false;
    const version = spawnSync(file, ["--version"], { encoding: "utf8" }).stdout;
    const [major = 99, minor = 0] = version.replace("v", "").split(".").map(Number);
    return major < 22 || (major === 22 && minor < 18);
  });
}

/** Runs `lockstep` for a reader that closes its end at once. */
async function runUnread(args: readonly string[], cwd: string): Promise<Pick<Ran, "stderr" | "exitCode">> {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: plainEnvironment(), timeout: 30_000 });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { stderr, exitCode };
}

describe("the process of the command line", { concurrency: 3 }, () => {
  const oldNode = findOldNode();
  it(
    "says which Node it needs on one that is too old",
    { skip: oldNode === undefined && "no old Node is here" },
    async () => {
      const space = workspace();
      const { stdout, stderr, exitCode } = await runLockstep(["--version"], { cwd: space.root, node: oldNode ?? "" });
      assert.match(stderr, /^lockstep needs Node 22\.18 or newer; this is Node \d+\.\d+\.\d+\.\n$/);
      assert.deepEqual({ stdout, exitCode }, { stdout: "", exitCode: 1 });
    },
  );

  it("prints no warning of Node: not of node:sqlite, not of TypeScript, not of a package without a type", async () => {
    const space = workspace({
      ...FILES,
      "lockstep.config.ts": 'export default { database: "app.db" as string };',
      "package.json": "{}",
    });
    assert.equal((await runLockstep(["up"], { cwd: space.root })).stderr, "");
    assert.equal((await runLockstep(["status"], { cwd: space.root })).stderr, "");
  });

  it("does not mind a reader that has had enough", async () => {
    const space = workspace(FILES);
    for (const args of [["--help"], ["status", "-d", "app.db"], ["status", "-d", "app.db", "--json"]]) {
      assert.deepEqual(await runUnread(args, space.root), { stderr: "", exitCode: 0 }, args.join(" "));
    }
  });

  it("finishes what it does for a reader that went away", async () => {
    const space = workspace(FILES);
    assert.deepEqual(await runUnread(["up", "-d", "app.db"], space.root), { stderr: "", exitCode: 0 });
    const { stdout } = await runLockstep(["status", "-d", "app.db"], { cwd: space.root });
    assert.match(stdout, /^app\.db is at version 2\n/);
  });

  it("says that it waits for another process, and gives up when it has waited long enough", async () => {
    const space = workspace(FILES);
    const holder = new DatabaseSync(space.path("app.db"));
    holder.exec("BEGIN IMMEDIATE");
    const { stdout, stderr, exitCode } = await runLockstep(["up", "-d", "app.db", "--lock-timeout", "500"], {
      cwd: space.root,
    });
    holder.close();
    const [waiting = "", problem = ""] = stderr.split("\n");
    assert.match(waiting, /^Another process holds the database; waited [\d.]+ s, giving up after 0\.5 s\.$/);
    assert.match(problem, /^error\[database_locked\]: another connection holds the database; waited \d+ ms for it$/);
    assert.deepEqual({ stdout, exitCode }, { stdout: "", exitCode: 1 });
  });

  it("shows the stack and the cause of an error with --verbose only", async () => {
    const space = workspace({ "migrations/1-broken.sql": "CREATE TABLE a (;" });
    const brief = await runLockstep(["up", "-d", "app.db"], { cwd: space.root });
    const verbose = await runLockstep(["up", "-d", "app.db", "--verbose"], { cwd: space.root });
    assert.ok(verbose.stderr.startsWith(brief.stderr), verbose.stderr);
    assert.match(verbose.stderr.slice(brief.stderr.length), /^ {4}at .*\ncaused by Error: /s);
    assert.doesNotMatch(brief.stderr, /^ {4}at /m);
  });

  it("times the statements with --verbose", async () => {
    const space = workspace({ "migrations/1-two.sql": "CREATE TABLE a (b); CREATE TABLE c (d);" });
    const { stderr } = await runLockstep(["up", "-d", "app.db", "-v"], { cwd: space.root });
    assert.match(stderr, /^ {4}statement 1 of 2: [\d.]+ ms\n {4}statement 2 of 2: [\d.]+ ms\n$/);
  });
});
