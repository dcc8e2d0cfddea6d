/** Where links lead, what is at a path, and names that look like addresses once more. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { realpathSync, symlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { databasePath, followLinks, isLink, whatIsAt } from "../../src/database-path.ts";
import { workspace } from "../support/workspace.ts";

const skip = process.platform === "win32" ? "links need rights on Windows" : false;

describe("followLinks", { skip }, () => {
  const space = workspace({ "real/app.db": "", "real/deep/": "" });
  const root = realpathSync(space.root);
  symlinkSync("real/app.db", space.path("link"));
  symlinkSync("link", space.path("second"));
  symlinkSync("real/deep", space.path("folder"));
  symlinkSync("folder/../app.db", space.path("up"));
  symlinkSync("nothing/at/all", space.path("dangling"));
  symlinkSync(space.path("real", "new.db"), space.path("absolute"));
  symlinkSync("round", space.path("about"));
  symlinkSync("about", space.path("round"));
  symlinkSync("itself", space.path("itself"));
  const cases: Readonly<Record<string, string | undefined>> = {
    "real/app.db": "real/app.db",
    "real/nothing": "real/nothing",
    "nothing/below": "nothing/below",
    link: "real/app.db",
    second: "real/app.db",
    // As the system does it: ".." of the folder that the link leads to.
    up: "real/app.db",
    "folder/new.db": "real/deep/new.db",
    "folder/../app.db": "real/app.db",
    dangling: "nothing/at/all",
    absolute: "real/new.db",
    about: undefined,
    itself: undefined,
  };
  for (const [name, expected] of Object.entries(cases)) {
    it(`leads from ${name} to ${expected ?? "nowhere, for ever"}`, () => {
      assert.equal(followLinks(`${space.root}/${name}`), expected === undefined ? undefined : `${root}/${expected}`);
    });
  }

  it("ends after as many links as a system follows", () => {
    symlinkSync("real/app.db", space.path("0"));
    for (let index = 1; index < 60; index += 1) symlinkSync(String(index - 1), space.path(String(index)));
    assert.equal(followLinks(space.path("39")), `${root}/real/app.db`);
    assert.equal(whatIsAt(space.path("39")), "file");
    assert.equal(followLinks(space.path("59")), undefined);
    assert.equal(whatIsAt(space.path("59")), "unknown");
  });

  it("tells a link from what it leads to", () => {
    for (const name of ["link", "folder", "dangling", "itself"]) assert.equal(isLink(space.path(name)), true, name);
    for (const name of ["real", "real/app.db", "nothing", "real/app.db/below"])
      assert.equal(isLink(space.path(name)), false, name);
  });
});

describe("whatIsAt", { skip }, () => {
  it("says special for a pipe and for a device", () => {
    const space = workspace();
    assert.equal(spawnSync("mkfifo", [space.path("pipe")]).status, 0);
    symlinkSync("pipe", space.path("link"));
    for (const path of [space.path("pipe"), space.path("link"), "/dev/null"]) assert.equal(whatIsAt(path), "special");
  });
});

describe("databasePath", () => {
  it("takes what looks like an address once more for a name", () => {
    assert.equal(databasePath("file:file:app.db"), "./file:app.db");
    assert.equal(databasePath("file:file:/app.db?mode=memory"), "./file:/app.db");
    assert.equal(databasePath("file::memory:?cache=shared"), ":memory:");
  });
});
