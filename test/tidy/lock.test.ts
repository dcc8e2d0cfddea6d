/** package-lock.json serves every platform and every registry. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The optional packages, most of them binaries of other platforms, that an entry names and the lock does not hold. */
function missingEntries({ packages }: Lock): readonly string[] {
  return Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => packages[`node_modules/${name}`] === undefined);
}

/** The entries that name a host to be fetched from. */
function hostedEntries({ packages }: Lock): readonly string[] {
  return Object.keys(packages).filter((key) => /^[a-z+]+:/.test(packages[key]?.resolved ?? ""));
}

describe("package-lock.json", () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package-lock.json"), "utf8")) as Lock;

  it("has an entry for each optional package: npm leaves out those that it could not look up, and npm ci then fails", () => {
    assert.deepEqual(missingEntries(lock), []);
  });

  it("names no registry", () => {
    assert.deepEqual(hostedEntries(lock), []);
  });

  it("is checked by rules that find what they look for", () => {
    const bad: Lock = {
      packages: {
        "node_modules/a": { resolved: "https://example.org/a.tgz", optionalDependencies: { "a-darwin": "1.0.0" } },
      },
    };
    assert.deepEqual(missingEntries(bad), ["a-darwin"]);
    assert.deepEqual(hostedEntries(bad), ["node_modules/a"]);
  });
});
