/** Where a dump goes to: bytes in a pipe, visible text on a terminal, and a file that is whole at every moment. */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { SCHEMA, writeKept } from "../../src/cli/kept-file.ts";
import { dumpText } from "../../src/core/schema/dump.ts";
import { thrown } from "../support/rejection.ts";
import { schemaOf } from "../support/parsed-schema.ts";
import { workspace, type Workspace } from "../support/workspace.ts";
import { runLockstep } from "./run-lockstep.ts";
import { noTerminal, runOnTerminal } from "./terminal.ts";

const VIEW = "CREATE VIEW v AS SELECT '\u001B[2J\u202Ehidden', 'café'\r\n-- \u0007\r\n, 2";

/** A database with a definition that a terminal would act on. */
function hostile(): Workspace {
  const space = workspace();
  const database = new DatabaseSync(space.path("app.db"));
  database.exec(VIEW);
  database.close();
  return space;
}

/** A dump of these objects. */
function dumpOf(...statements: readonly string[]): string {
  return dumpText({
    schema: schemaOf(statements),
    own: { metadata: "metadata", history: "lockstep_history" },
    values: new Map(),
    snapshot: { version: 0, versions: [], origin: "none" },
    applied: [],
    settings: new Map(),
  });
}

const ONE = dumpOf("CREATE TABLE one (x)");
const TWO = dumpOf("CREATE TABLE two (x)");

describe("a dump", () => {
  it("is the same bytes in a pipe and in a file", async () => {
    const space = hostile();
    const { stdout } = await runLockstep(["dump", "-d", "app.db"], { cwd: space.root });
    assert.ok(stdout.includes(`\n\n${VIEW};\n\n`));
    await runLockstep(["dump", "-d", "app.db", "--output", "schema.sql"], { cwd: space.root });
    assert.equal(readFileSync(space.path("schema.sql"), "utf8"), stdout);
  });

  it("shows on a terminal what would move its cursor or hide a part", { skip: noTerminal }, async () => {
    const { screen, sent } = await runOnTerminal(["dump", "-d", "app.db"], { cwd: hostile().root });
    assert.ok(!sent.includes("\u001B[2J") && !sent.includes("\u202E") && !sent.includes("\u0007"));
    assert.deepEqual(screen.slice(screen.indexOf("BEGIN;")), [
      "BEGIN;",
      "",
      "CREATE VIEW v AS SELECT '␛[2J<U+202E>hidden', 'café'",
      "-- ␇",
      ", 2;",
      "",
      "COMMIT;",
    ]);
  });
});

describe("the file of a schema", () => {
  it("is written where it is missing, empty or older, and left alone where it says the same", () => {
    const space = workspace({ "empty.sql": "\n" });
    const file = space.path("schema.sql");
    assert.equal(writeKept(file, ONE, SCHEMA), "written");
    const { mtimeMs, ino } = statSync(file);
    assert.equal(writeKept(file, ONE, SCHEMA), "unchanged");
    assert.deepEqual([statSync(file).mtimeMs, statSync(file).ino], [mtimeMs, ino]);
    assert.equal(writeKept(file, TWO, SCHEMA), "written");
    assert.equal(readFileSync(file, "utf8"), TWO);
    assert.equal(writeKept(space.path("empty.sql"), ONE, SCHEMA), "written");
    assert.deepEqual(readdirSync(space.root).toSorted(), ["empty.sql", "schema.sql"]);
  });

  it("is left alone where nothing but its line ends differ", () => {
    const space = workspace({ "schema.sql": ONE.replaceAll("\n", "\r\n") });
    assert.equal(writeKept(space.path("schema.sql"), ONE, SCHEMA), "unchanged");
    assert.equal(writeKept(space.path("schema.sql"), TWO, SCHEMA), "written");
    assert.equal(readFileSync(space.path("schema.sql"), "utf8"), TWO);
  });

  it("is the one that a link leads to, and keeps its permissions", () => {
    const space = workspace({ "real/schema.sql": ONE });
    chmodSync(space.path("real/schema.sql"), 0o640);
    symlinkSync("real/schema.sql", space.path("schema.sql"));
    assert.equal(writeKept(space.path("schema.sql"), TWO, SCHEMA), "written");
    assert.ok(lstatSync(space.path("schema.sql")).isSymbolicLink());
    assert.equal(readlinkSync(space.path("schema.sql")), "real/schema.sql");
    assert.equal(readFileSync(space.path("real/schema.sql"), "utf8"), TWO);
    assert.equal(statSync(space.path("real/schema.sql")).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(space.path("real")), ["schema.sql"]);
  });

  it("may be one that a link leads to and that is not there yet", () => {
    const space = workspace({ "real/": "" });
    symlinkSync("real/schema.sql", space.path("schema.sql"));
    assert.equal(writeKept(space.path("schema.sql"), ONE, SCHEMA), "written");
    assert.equal(readFileSync(space.path("real/schema.sql"), "utf8"), ONE);
  });

  it("is not written over something else", () => {
    const space = workspace({ "app.ts": "export const a = 1;\n" });
    const error = thrown(() => writeKept(space.path("app.ts"), ONE, SCHEMA), "file_exists");
    assert.deepEqual(error.details.place, { kind: "file", file: space.path("app.ts") });
    assert.equal(readFileSync(space.path("app.ts"), "utf8"), "export const a = 1;\n");
    assert.deepEqual(readdirSync(space.root), ["app.ts"]);
  });

  const unfit: Readonly<Record<string, (space: Workspace) => string>> = {
    "a folder that is not there": (space) => space.path("nowhere", "schema.sql"),
    "a file in place of the folder": (space) => space.path("file", "schema.sql"),
    "a folder": (space) => space.path("folder"),
    "a device": () => "/dev/null",
    "a link that leads back to itself": (space) => {
      symlinkSync("loop", space.path("loop"));
      return space.path("loop");
    },
    "a name that is too long": (space) => space.path("a".repeat(300)),
  };
  for (const [what, make] of Object.entries(unfit)) {
    it(`is refused where it is ${what}, and nothing is left behind`, () => {
      const space = workspace({ file: "text", "folder/": "" });
      const file = make(space);
      const before = readdirSync(space.root, { recursive: true });
      thrown(() => writeKept(file, ONE, SCHEMA), "file_unwritable");
      assert.deepEqual(readdirSync(space.root, { recursive: true }), before);
    });
  }

  const { seteuid, geteuid } = process;
  const isRoot = geteuid?.() === 0;
  it("is refused where this user may not write it, though a rename could", { skip: seteuid === undefined }, () => {
    const space = workspace({ "folder/": "" });
    for (const folder of [space.root, space.path("folder")]) chmodSync(folder, 0o777);
    writeFileSync(space.path("folder/schema.sql"), ONE);
    chmodSync(space.path("folder/schema.sql"), 0o444);
    // Root may do everything.
    if (isRoot) seteuid?.(65_534);
    try {
      thrown(() => writeKept(space.path("folder/schema.sql"), TWO, SCHEMA), "file_unwritable");
    } finally {
      if (isRoot) seteuid?.(0);
    }
    assert.equal(readFileSync(space.path("folder/schema.sql"), "utf8"), ONE);
    assert.deepEqual(readdirSync(space.path("folder")), ["schema.sql"]);
  });

  it(
    "is refused where this user may not write into its folder, and nothing is left behind",
    { skip: seteuid === undefined },
    () => {
      const space = workspace();
      chmodSync(space.root, 0o755);
      mkdirSync(space.path("folder"), 0o755);
      if (isRoot) seteuid?.(65_534);
      else chmodSync(space.path("folder"), 0o555);
      try {
        thrown(() => writeKept(space.path("folder/schema.sql"), TWO, SCHEMA), "file_unwritable");
      } finally {
        if (isRoot) seteuid?.(0);
      }
      chmodSync(space.path("folder"), 0o755);
      assert.deepEqual(readdirSync(space.path("folder")), []);
    },
  );
});
