/** On a terminal: SQL that only the history has is shown, and one question is asked about it and about what would be lost. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { workspace, type Workspace } from "../support/workspace.ts";
import { runLockstep } from "./run-lockstep.ts";
import { noTerminal, runOnTerminal } from "./terminal.ts";

/** A database at version 2, of whose second migration there is no file. Its way back destroys as many rows as it has. */
async function older(rows = 0): Promise<Workspace> {
  const insert = "INSERT INTO tags (name) VALUES ('a');\n".repeat(rows);
  const space = workspace({
    "migrations/1-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n-- lockstep:down\nDROP TABLE users;\n",
    "migrations/2-tags.sql": `CREATE TABLE tags (name TEXT);\n${insert}-- lockstep:down\nDROP TABLE tags;\n`,
  });
  await runLockstep(["up", "-d", "app.db"], { cwd: space.root });
  rmSync(space.path("migrations/2-tags.sql"));
  return space;
}

function versionsOf(space: Workspace): unknown {
  const database = new DatabaseSync(space.path("app.db"), { readOnly: true });
  try {
    return database.prepare("SELECT group_concat(version) AS versions FROM lockstep_history").get()?.["versions"];
  } finally {
    database.close();
  }
}

const SHOWN = [
  'Going back from version 2 to 1: this undoes migration 2 "Tags".',
  "No file here has this SQL. The history kept it when the migration was applied:",
  "",
  "  2  Tags",
  "      DROP TABLE tags;",
  "",
];

describe("SQL of the history on a terminal", { skip: noTerminal, concurrency: 3 }, () => {
  it("is run after a yes", async () => {
    const space = await older();
    const { screen, exitCode, sent } = await runOnTerminal(["down", "-d", "app.db"], {
      cwd: space.root,
      answer: { after: "[y/N] ", type: "y\r" },
    });
    assert.deepEqual(screen.slice(0, 7), [...SHOWN, "Go on? [y/N] y"]);
    assert.match(screen.at(-1) ?? "", /^Undid 1 migration in .* ms: app\.db went from version 2 to 1\.$/);
    assert.ok(sent.includes("\u001B[33mNo file here has this SQL."), sent);
    assert.ok(
      screen.every((line) => line.length <= 80),
      screen.join("\n"),
    );
    assert.equal(exitCode, 0);
    assert.equal(versionsOf(space), "1");
  });

  it("is not run after a no", async () => {
    const space = await older();
    const { screen, exitCode } = await runOnTerminal(["down", "-d", "app.db"], {
      cwd: space.root,
      answer: { after: "[y/N] ", type: "n\r" },
    });
    assert.deepEqual(screen, [...SHOWN, "Go on? [y/N] n", "Nothing was undone: app.db is still at version 2."]);
    assert.equal(exitCode, 1);
    assert.equal(versionsOf(space), "1,2");
  });

  it("is asked about once, together with what would be lost", async () => {
    const space = await older(2);
    const { screen, exitCode, sent } = await runOnTerminal(["down", "-d", "app.db", "--to", "0"], {
      cwd: space.root,
      answer: { after: "[y/N] ", type: "y\r" },
    });
    assert.equal(sent.split("[y/N]").length, 2, "one question");
    const question = screen.indexOf("Go on? [y/N] y");
    assert.equal(screen[question - 1], "This destroys 2 rows of tags.");
    assert.equal(screen[question - 2], "");
    assert.equal(exitCode, 0);
    assert.equal(versionsOf(space), null);
  });

  it("needs no question with --yes", async () => {
    const space = await older(2);
    const { screen, exitCode } = await runOnTerminal(["down", "-d", "app.db", "--yes"], { cwd: space.root });
    assert.deepEqual(screen.slice(0, 7), [...SHOWN, "This destroys 2 rows of tags."]);
    assert.ok(!screen.join("\n").includes("[y/N]"));
    assert.equal(exitCode, 0);
  });

  it("is no question with --json", async () => {
    const space = await older();
    const { screen, exitCode } = await runOnTerminal(["down", "-d", "app.db", "--json"], { cwd: space.root });
    const { error } = JSON.parse(screen.join("")) as { error: { code: string; fromHistory: { version: number }[] } };
    assert.deepEqual([error.code, error.fromHistory.map(({ version }) => version)], ["confirmation_needed", [2]]);
    assert.equal(exitCode, 1);
    assert.equal(versionsOf(space), "1,2");
  });

  const others: Readonly<Record<string, string>> = {
    "another SQL": "UPDATE lockstep_history SET reverse_sql = 'DROP TABLE users' WHERE version = 2",
    "a newer version": `INSERT INTO lockstep_history SELECT 3, 'New', checksum, applied_at, 1, schema_hash, 'SELECT 1', applied_by
      FROM lockstep_history WHERE version = 2; UPDATE metadata SET value = '3' WHERE key = 'schema_version'`,
  };
  for (const [about, sql] of Object.entries(others)) {
    it(`is not run where there is ${about} meanwhile`, async () => {
      const space = await older();
      const program = `new (require("node:sqlite").DatabaseSync)("app.db").exec(${JSON.stringify(sql)})`;
      const { screen, exitCode } = await runOnTerminal(["down", "-d", "app.db"], {
        cwd: space.root,
        columns: 200,
        answer: { after: "[y/N] ", type: "y\r", meanwhile: [process.execPath, "-e", program] },
      });
      const version = about === "a newer version" ? 3 : 2;
      assert.deepEqual(screen.slice(-4), [
        "error[confirmation_needed]: the way back is not the one any more that was shown: another process was here meanwhile",
        "  --> app.db",
        ` state: nothing changed, database at version ${version}`,
        "  hint: run it again, and read what it shows now",
      ]);
      assert.equal(exitCode, 1);
      assert.equal(versionsOf(space), version === 3 ? "1,2,3" : "1,2");
    });
  }

  it("moves nothing on the screen by itself", async () => {
    const space = await older();
    const database = new DatabaseSync(space.path("app.db"));
    const escape = "char(27, 7, 155) || '[2J'";
    database.exec(`UPDATE lockstep_history SET name = ${escape}, reverse_sql = 'SELECT ''' || ${escape} || ''';'`);
    database.close();
    const { sent } = await runOnTerminal(["down", "-d", "app.db"], {
      cwd: space.root,
      env: { NO_COLOR: "1" },
      answer: { after: "[y/N] ", type: "n\r" },
    });
    for (const character of ["\u0007", "\u009B", "\u001B[2J"])
      assert.ok(!sent.includes(character), JSON.stringify(sent));
    assert.ok(sent.includes("      SELECT '\u241B\u2407<U+009B>[2J';"), sent);
  });
});
