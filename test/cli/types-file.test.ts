/** The types file of a config: how it stands to the types of today. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { TYPES, typesFileState, writeKept } from "../../src/cli/kept-file.ts";
import { thrown } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

const TODAY = "// lockstep types, format 1\n\nexport interface Users {}\n";

it("a types file is missing, then current, then stale, and nothing is written to tell it", () => {
  const space = workspace();
  const file = space.path("database.d.ts");
  assert.equal(typesFileState(file, TODAY), "missing");
  writeKept(file, TODAY, TYPES);
  assert.equal(typesFileState(file, TODAY), "current");
  const tomorrow = TODAY.replace("Users", "People");
  assert.equal(typesFileState(file, tomorrow), "stale");
  assert.equal(readFileSync(file, "utf8"), TODAY);
});

it("a types file that lockstep did not write is foreign, and a folder is refused", () => {
  const space = workspace({ "mine.ts": "export {};\n", "folder/": "" });
  assert.equal(typesFileState(space.path("mine.ts"), TODAY), "foreign");
  thrown(() => typesFileState(space.path("folder"), TODAY), "file_unwritable");
});
