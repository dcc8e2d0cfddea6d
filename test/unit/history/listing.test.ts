/** Which way leads a database on: by the migrations one by one, or by a squash of several. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HistorySnapshot } from "../../../src/core/history/history.ts";
import { fromSquash, route, withSquashes } from "../../../src/core/history/listing.ts";
import type { MigrationEntry } from "../../../src/core/migration/migration.ts";

const EMPTY: HistorySnapshot = { version: 0, versions: [], origin: "none" };

function entry(version: number, layout: MigrationEntry["layout"] = "sql"): MigrationEntry {
  return { version, name: String(version), layout };
}

/** A listing, written as its versions. */
function listing(files: readonly number[], squashes: readonly number[]) {
  return {
    entries: files.map((version) => entry(version)),
    squashes: squashes.map((version) => entry(version, "squash")),
  };
}

function shown(entries: readonly MigrationEntry[]): string {
  return entries.map(({ version, layout }) => (layout === "squash" ? `[${version}]` : String(version))).join(" ");
}

describe("an empty database", () => {
  const cases: readonly (readonly [files: number[], squashes: number[], to: number | undefined, way: string])[] = [
    [[1, 2, 3], [], undefined, "1 2 3"],
    [[1, 2, 3], [2], undefined, "[2] 3"],
    [[1, 2, 3, 4], [2, 3], undefined, "[3] 4"],
    [[1, 2, 3, 4], [2, 3], 2, "[2] 3 4"],
    [[1, 2, 3], [2], 1, "1 2 3"],
    [[3], [2], undefined, "[2] 3"],
    [[3], [2], 1, "[2] 3"],
    [[5], [2, 4], 3, "[2] [4] 5"],
    [[], [2], undefined, "[2]"],
  ];
  for (const [files, squashes, to, way] of cases) {
    it(`with the files ${files.join()} and the squashes ${squashes.join()} goes ${way} up to ${to ?? "the newest"}`, () => {
      assert.equal(shown(route(listing(files, squashes), EMPTY, to)), way);
    });
  }
});

describe("a database that has begun", () => {
  const begun: readonly HistorySnapshot[] = [
    { version: 1, versions: [1], origin: "recorded" },
    { version: 1, versions: [], origin: "hand_written" },
    {
      ...EMPTY,
      origin: "recorded",
      progress: { version: 1, direction: "up", done: 1, total: 2, checksum: null },
    },
  ];
  for (const snapshot of begun) {
    it(`takes the files, and knows a squash where one is gone: ${JSON.stringify(snapshot)}`, () => {
      assert.equal(shown(route(listing([1, 2, 3], [2]), snapshot)), "1 2 3");
      assert.equal(shown(route(listing([1, 3], [2]), snapshot)), "1 [2] 3");
    });
  }
});

describe("a replay", () => {
  it("takes files where they are there, and begins with a squash where its last one is gone", () => {
    assert.equal(shown(fromSquash(withSquashes(listing([1, 2, 3], [2])))), "1 2 3");
    assert.equal(shown(fromSquash(withSquashes(listing([1, 3], [2])))), "[2] 3");
    assert.equal(shown(fromSquash(withSquashes(listing([5], [2, 4])))), "[4] 5");
  });
});
