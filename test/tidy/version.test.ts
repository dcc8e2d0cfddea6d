/** Rule: the package, the source and the log of changes speak of one version. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { packageVersion } from "../../src/package-version.ts";
import { readText } from "../support/source-tree.ts";

/** The versions that a log of changes has headings for, newest first: "## 1.2.3" with or without brackets and a date. */
function headingsOf(log: string): readonly string[] {
  return [...log.matchAll(/^## \[?v?(\d+\.\d+\.\d+[\w.-]*)\]?/gm)].map(([, version = ""]) => version);
}

describe("the version", () => {
  const { version } = JSON.parse(readText("package.json") ?? "{}") as { readonly version?: string };

  it("in src/package-version.ts is that of package.json", () => {
    assert.equal(packageVersion, version);
  });

  it("in package-lock.json is that of package.json", () => {
    const { version: locked } = JSON.parse(readText("package-lock.json") ?? "{}") as { readonly version?: string };
    assert.equal(locked, version);
  });

  it("has the first heading of CHANGELOG.md", () => {
    assert.equal(headingsOf(readText("CHANGELOG.md") ?? "")[0], version);
  });
});

describe("the rule itself", () => {
  it("reads headings in the ways in which people write them", () => {
    assert.deepEqual(headingsOf("# Changes\n\n## Unreleased\n## 1.2.0 (2026-11-22)\n### Fixed\n## [v1.1.0-rc.1]\n"), [
      "1.2.0",
      "1.1.0-rc.1",
    ]);
  });

  it("finds none where there is none", () => {
    assert.deepEqual(headingsOf("# Changes\n\n1.0.0\n"), []);
  });
});
