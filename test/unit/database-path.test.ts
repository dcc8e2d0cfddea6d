/** The path of a database, from the ways in which people write one. */
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { databasePath, whatIsAt } from "../../src/database-path.ts";
import { workspace } from "../support/workspace.ts";

describe("databasePath", () => {
  const cases: readonly (readonly [database: string | URL, expected: string])[] = [
    ["app.db", "app.db"],
    ["data/app.db", "data/app.db"],
    ["/data/app.db", "/data/app.db"],
    ["my files/100%.db", "my files/100%.db"],
    [":memory:", ":memory:"],
    ["file:app.db", "app.db"],
    ["file:./data/app.db", "./data/app.db"],
    ["file:../app.db?connection_limit=1", "../app.db"],
    ["file:/data/app.db", "/data/app.db"],
    ["file:///data/app.db", "/data/app.db"],
    ["file:///data/my%20files/app.db?mode=rw", "/data/my files/app.db"],
    ["file://localhost/data/app.db", "/data/app.db"],
    [new URL("file:///data/app.db"), "/data/app.db"],
    [new URL("file:///data/my%20files/app.db"), "/data/my files/app.db"],
    ["file", "file"],
    ["files:app.db", "files:app.db"],
  ];
  const skip = process.platform === "win32" ? "absolute paths are written in another way there" : false;
  for (const [database, expected] of cases) {
    it(`takes ${expected} from ${database instanceof URL ? "the URL " : ""}${String(database)}`, { skip }, () => {
      assert.equal(databasePath(database), expected);
    });
  }

  it("throws for a URL that is of another host", { skip }, () => {
    assert.throws(() => databasePath("file://host/app.db"), TypeError);
  });
});

describe("whatIsAt", () => {
  const space = workspace({ "app.db": "", "folder/": "" });
  symlinkSync("nowhere", space.path("dangling"));
  symlinkSync("loop", space.path("loop"));
  symlinkSync("folder", space.path("link"));
  const cases: Readonly<Record<string, ReturnType<typeof whatIsAt>>> = {
    "app.db": "file",
    folder: "folder",
    link: "folder",
    nowhere: "nothing",
    dangling: "nothing",
    "app.db/below": "nothing",
    loop: "unknown",
    ["x".repeat(300)]: "unknown",
  };
  for (const [name, expected] of Object.entries(cases)) {
    it(`says ${expected} for ${name.slice(0, 20)}`, () => assert.equal(whatIsAt(space.path(name)), expected));
  }
});
