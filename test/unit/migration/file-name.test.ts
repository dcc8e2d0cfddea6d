/** The grammar of names in a migration directory, rule by rule. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { humanName, parseFileName, type FileName } from "../../../src/core/migration/file-name.ts";

const ignored: FileName = { kind: "ignored" };
const unnumbered: FileName = { kind: "unnumbered" };
const file = (version: number, slug: string, role: "code" | "sql" | "up" | "down"): FileName => ({
  kind: "file",
  version,
  slug,
  role,
});
const folder = (version: number, slug: string): FileName => ({ kind: "folder", version, slug });
const invalid = (digits: string): FileName => ({ kind: "version_invalid", digits });

type Cases = readonly (readonly [name: string, expected: FileName])[];

const groups: Readonly<Record<string, Cases>> = {
  "a number, a separator and an extension make a migration": [
    ["001-add-users.ts", file(1, "add-users", "code")],
    ["001-add-users.mts", file(1, "add-users", "code")],
    ["001-add-users.cts", file(1, "add-users", "code")],
    ["001-add-users.js", file(1, "add-users", "code")],
    ["001-add-users.mjs", file(1, "add-users", "code")],
    ["001-add-users.cjs", file(1, "add-users", "code")],
    ["001-add-users.sql", file(1, "add-users", "sql")],
    ["001_add_users.sql", file(1, "add_users", "sql")],
    ["001-.sql", file(1, "", "sql")],
    ["001-a.b.c.sql", file(1, "a.b.c", "sql")],
    ["001--a.sql", file(1, "-a", "sql")],
    ["001-2-3.ts", file(1, "2-3", "code")],
    ["001-größe äöü.sql", file(1, "größe äöü", "sql")],
    ["001-a\nb.sql", file(1, "a\nb", "sql")],
  ],
  "the number may have any width": [
    ["1-a.sql", file(1, "a", "sql")],
    ["0000000000000000000000000007-a.sql", file(7, "a", "sql")],
    ["20260131120000-a.sql", file(20260131120000, "a", "sql")],
    ["9007199254740991-a.sql", file(Number.MAX_SAFE_INTEGER, "a", "sql")],
  ],
  "a number that is no version is named": [
    ["0-a.sql", invalid("0")],
    ["000_a.ts", invalid("000")],
    ["0-a", invalid("0")],
    ["9007199254740992-a.sql", invalid("9007199254740992")],
    [`${"9".repeat(400)}-a.sql`, invalid("9".repeat(400))],
  ],
  "a pair says its direction behind the slug": [
    ["001-a.up.sql", file(1, "a", "up")],
    ["001-a.down.sql", file(1, "a", "down")],
    ["001-.up.sql", file(1, "", "up")],
    ["001-a.up.down.sql", file(1, "a.up", "down")],
    ["001-a.UP.SQL", file(1, "a", "up")],
    ["001-up.sql", file(1, "up", "sql")],
    ["001-a.up.ts", file(1, "a.up", "code")],
  ],
  "the case of the extension does not count": [
    ["001-A.SQL", file(1, "A", "sql")],
    ["001-A.Ts", file(1, "A", "code")],
  ],
  "a number without an extension of ours may be a folder": [
    ["001-add-users", folder(1, "add-users")],
    ["001_", folder(1, "")],
    ["001-a.txt", folder(1, "a.txt")],
    ["001-a.tsx", folder(1, "a.tsx")],
    ["001-a.sql~", folder(1, "a.sql~")],
    ["001-a.sql.bak", folder(1, "a.sql.bak")],
  ],
  "a migration's extension without a number is an error, not a guess": [
    ["add-users.ts", unnumbered],
    ["add-users.sql", unnumbered],
    ["v1-a.sql", unnumbered],
    ["squash-0012.sql", { kind: "squash", version: 12 }],
    ["SQUASH-1.SQL", { kind: "squash", version: 1 }],
    ["squash-0.sql", { kind: "version_invalid", digits: "0" }],
    ["squash-12.ts", unnumbered],
    ["squash-12-more.sql", unnumbered],
    ["squash.sql", unnumbered],
    ["-1-a.sql", unnumbered],
    ["+1-a.sql", unnumbered],
    ["1.5-a.sql", unnumbered],
    ["1e3-a.sql", unnumbered],
    ["001.sql", unnumbered],
    ["001 a.sql", unnumbered],
    ["١-a.sql", unnumbered],
    ["up.sql", unnumbered],
    ["indexes.ts", unnumbered],
    ["001a-b.mjs", unnumbered],
  ],
  "what is beside migrations is ignored": [
    ["index.ts", ignored],
    ["index.sql", ignored],
    ["INDEX.JS", ignored],
    ["index.d.ts", ignored],
    ["001-a.test.ts", ignored],
    ["001-a.spec.mjs", ignored],
    ["a.test.sql", ignored],
    ["001-a.d.ts", ignored],
    ["001-a.d.mts", ignored],
    ["001-a.d.cts", ignored],
    ["a.d.ts", ignored],
    [".gitkeep", ignored],
    [".001-a.sql", ignored],
    ["_001-a.sql", ignored],
    ["_helper.ts", ignored],
    ["README.md", ignored],
    ["package.json", ignored],
    ["sql", ignored],
    ["", ignored],
  ],
};

describe("parseFileName", () => {
  for (const [rule, cases] of Object.entries(groups)) {
    describe(rule, () => {
      for (const [name, expected] of cases) {
        const shown = name.length > 40 ? `${name.slice(0, 10)}… (${name.length} characters)` : JSON.stringify(name);
        it(shown, () => assert.deepEqual(parseFileName(name), expected));
      }
    });
  }
});

describe("humanName", () => {
  const cases: readonly (readonly [slug: string, expected: string])[] = [
    ["add-users", "Add users"],
    ["add_user-field", "Add user field"],
    ["add  users", "Add users"],
    ["--add--", "Add"],
    ["", "Migration 12"],
    ["-_-", "Migration 12"],
    ["URL", "URL"],
    ["éclair", "Éclair"],
    ["a.b", "A.b"],
    ["😀-smile", "😀 smile"],
  ];
  for (const [slug, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(slug)}`, () => {
      assert.equal(humanName(slug, 12), expected);
    });
  }
});
