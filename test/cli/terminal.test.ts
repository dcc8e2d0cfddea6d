/** On a terminal: colour, lines that fit, a question that a person answers, and progress that leaves nothing behind. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { workspace, type Workspace } from "../support/workspace.ts";
import { runLockstep } from "./run-lockstep.ts";
import { noTerminal, runOnTerminal, type OnTerminal } from "./terminal.ts";

const FILES = {
  "migrations/001-add-users.sql": `-- lockstep:up
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
INSERT INTO users (email) VALUES ('ada@example.com'), ('grace@example.com');
-- lockstep:down
DROP TABLE users;
`,
};

/** Goes down from version 1 on a terminal where somebody types `keys` at the question. */
async function answerDown(space: Workspace, keys: string): Promise<OnTerminal> {
  const cwd = space.root;
  await runLockstep(["up", "-d", "app.db"], { cwd });
  return await runOnTerminal(["down", "-d", "app.db"], { cwd, answer: { after: "[y/N] ", type: keys } });
}

function countUsers(space: Workspace): unknown {
  const database = new DatabaseSync(space.path("app.db"), { readOnly: true });
  try {
    return database.prepare("SELECT count(*) AS count FROM users").get()?.["count"];
  } finally {
    database.close();
  }
}

const ASKED = [
  'Going back from version 1 to 0: this undoes migration 1 "Add users".',
  "This destroys 2 rows of users.",
];

describe("on a terminal", { skip: noTerminal, concurrency: 3 }, () => {
  it("down goes on after a yes", async () => {
    const space = workspace(FILES);
    const { screen, exitCode } = await answerDown(space, "y\r");
    assert.deepEqual(screen.slice(0, 3), [...ASKED, "Go on? [y/N] y"]);
    assert.match(screen[4] ?? "", /^Undid 1 migration in .* ms: app\.db went from version 1 to 0\.$/);
    assert.equal(exitCode, 0);
    assert.throws(() => countUsers(space), /no such table: users/);
  });

  const noes: Readonly<Record<string, readonly [keys: string, shown: string]>> = {
    "a no": ["n\r", "n"],
    "an empty line": ["\r", ""],
    "another word": ["maybe\r", "maybe"],
    "Ctrl-C": ["\u0003", ""],
    "Ctrl-D": ["\u0004", ""],
  };
  for (const [name, [keys, shown]] of Object.entries(noes)) {
    it(`down undoes nothing after ${name}`, async () => {
      const space = workspace(FILES);
      const { screen, exitCode } = await answerDown(space, keys);
      const end = "Nothing was undone: app.db is still at version 1.";
      assert.deepEqual(screen, [...ASKED, `Go on? [y/N] ${shown}`, end]);
      assert.equal(exitCode, 1);
      assert.equal(countUsers(space), 2);
    });
  }

  const renames: Readonly<Record<string, readonly [keys: string, written: RegExp | undefined]>> = {
    "a yes is a rename": ["y\r", /RENAME COLUMN email TO mail;/],
    "a no is one that goes and one that comes": ["n\r", /-- lockstep:drop email\n/],
    "Ctrl-C is no answer": ["\u0003", undefined],
  };
  for (const [name, [keys, written]] of Object.entries(renames)) {
    it(`diff asks whether a column has another name: ${name}`, async () => {
      const space = workspace({
        ...FILES,
        "schema.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT NOT NULL);",
      });
      const { screen, exitCode } = await runOnTerminal(["diff", "--to", "schema.sql", "--name", "mail"], {
        cwd: space.root,
        answer: { after: "[y/N] ", type: keys },
      });
      assert.match(screen[0] ?? "", /^The column "email" of "users" is gone\. Is it called "mail" now\? \[y\/N\] /);
      assert.equal(exitCode, written === undefined ? 1 : 0);
      const file = space.path("migrations/002-mail.sql");
      if (written === undefined) assert.equal(existsSync(file), false);
      else assert.match(readFileSync(file, "utf8"), written);
    });
  }

  it("diff shows each of several answers once", async () => {
    const space = workspace({
      ...FILES,
      "schema.sql": "CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT NOT NULL, name TEXT);",
    });
    const { screen, exitCode } = await runOnTerminal(["diff", "--to", "schema.sql", "--dry-run"], {
      cwd: space.root,
      answer: { after: "[y/N] ", type: ["y\r", "n\r", "y\r"] },
    });
    assert.deepEqual(screen.slice(0, 4), [
      'The table "users" is gone. Is it called "people" now? [y/N] y',
      'The column "email" of "people" is gone. Is it called "mail" now? [y/N] n',
      'The column "email" of "people" is gone. Is it called "name" now? [y/N] y',
      "-- lockstep:up",
    ]);
    assert.equal(exitCode, 0);
  });

  it("down does not ask with --json, where the object is all there is", async () => {
    const space = workspace(FILES);
    await runLockstep(["up", "-d", "app.db"], { cwd: space.root });
    const { screen, exitCode } = await runOnTerminal(["down", "-d", "app.db", "--json"], { cwd: space.root });
    const { error } = JSON.parse(screen.join("")) as { error: { code: string } };
    assert.equal(error.code, "would_lose_data");
    assert.equal(exitCode, 1);
    assert.equal(countUsers(space), 2);
  });

  it("up shows what it works on, and clears it", async () => {
    const space = workspace(FILES);
    const { sent, screen, exitCode } = await runOnTerminal(["up", "-d", "app.db"], { cwd: space.root });
    assert.ok(sent.includes("  …   1  Add users (1 of 1, 2 statements)"), "the line of progress was there");
    assert.equal(screen.length, 2);
    assert.match(screen[0] ?? "", /^ {2}✓ {3}1 {2}Add users {2}[\d.]+ ms$/);
    assert.equal(exitCode, 0);
  });

  it("up moves no cursor on a terminal that cannot", async () => {
    const space = workspace(FILES);
    const { sent } = await runOnTerminal(["up", "-d", "app.db"], { cwd: space.root, env: { TERM: "dumb" } });
    assert.ok(!sent.includes("\u001B"), "no escape was sent");
  });

  it("a failure clears the progress before it is told", async () => {
    const space = workspace({ "migrations/1-broken.sql": "CREATE TABLE a (b);\nINSERT INTO c VALUES (1);\n" });
    const { screen, exitCode } = await runOnTerminal(["up", "-d", "app.db"], { cwd: space.root });
    assert.equal(screen[0], "error[statement_failed]: no such table: c");
    assert.equal(exitCode, 1);
  });

  it("there is colour, except with NO_COLOR", async () => {
    const space = workspace(FILES);
    const args = ["status", "-d", "app.db"];
    const coloured = await runOnTerminal(args, { cwd: space.root });
    assert.ok(coloured.sent.includes("\u001B[36mpending\u001B[39m"), coloured.sent);
    const plain = await runOnTerminal(args, { cwd: space.root, env: { NO_COLOR: "1" } });
    assert.ok(!plain.sent.includes("\u001B"), plain.sent);
    assert.deepEqual(plain.screen, coloured.screen);
  });

  for (const columns of [80, 100, 132]) {
    it(`no line of a status is wider than ${columns} columns, and none is cut that fits`, async () => {
      const long = "a-name-that-says-everything-about-the-migration-and-why-it-was-written-by-whom";
      const space = workspace({
        [`migrations/20260131120000-${long}.sql`]: "CREATE TABLE a (b)",
        [`migrations/20260131120001-${long}.sql`]:
          "-- lockstep:no-transaction\nCREATE TABLE c (d); INSERT INTO e VALUES (1);",
        [`migrations/20260131120002-short.sql`]: "CREATE TABLE f (g)",
      });
      await runLockstep(["up", "-d", "app.db"], { cwd: space.root });
      const { screen } = await runOnTerminal(["status", "-d", "app.db"], { cwd: space.root, columns });
      assert.deepEqual(
        screen.filter((line) => line.length > columns),
        [],
      );
      assert.equal(screen.filter((line) => line.length === columns).length, columns < 132 ? 2 : 1, screen.join("\n"));
      assert.match(screen.join("\n"), /… \(1 of 2 statements\)\n/);
      assert.match(screen.join("\n"), / Short\n/);
    });
  }
});
