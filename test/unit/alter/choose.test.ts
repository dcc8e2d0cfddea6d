/** By which way a table becomes the wanted one, and by which statements. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseMethod, editsSchema, type Method } from "../../../src/core/alter/choose.ts";
import { matched, table, wish } from "./wish.ts";

function choose(
  current: string,
  wanted: string,
  directives: readonly string[],
  schemaEdit: "possible" | "impossible",
): Method {
  const own = table(current);
  const intent = wish(table(wanted), ...directives);
  return chooseMethod({
    current: own,
    wanted: intent.wanted,
    match: matched(own, intent),
    capabilities: { schemaEdit, dropColumn: "possible" },
  });
}

function describeMethod(method: Method): string {
  if (method.kind !== "native") return method.kind;
  return `${method.statements.join("; ")}${editsSchema(method) ? "; edit" : ""}`;
}

const ADD_C = 'ALTER TABLE main."t" ADD COLUMN c TEXT';

describe("the way of a change", () => {
  for (const [about, current, wanted, directives, free, guarded] of [
    ["of nothing", "a, b", "a,  b", [], "none", "none"],
    ["of a comment", "a, b", "a /* x */, b", [], "schema_edit", "rebuild"],
    ["of a comment that goes", "a /* x */, b", "a, b", [], "schema_edit", "none"],
    ["of a new column at the end", "a, b", "a, b, c TEXT", [], ADD_C, ADD_C],
    ["of two of them", "a", "a, c TEXT, d", [], `${ADD_C}; ALTER TABLE main."t" ADD COLUMN d`, undefined],
    ["of one with a comment behind it", "a", "a, c TEXT -- x\n", [], `${ADD_C}; edit`, "rebuild"],
    ["of one in the middle", "a, b", "a, c TEXT, b", [], "rebuild", "rebuild"],
    ["of one with a key", "a", "a, c UNIQUE", [], "rebuild", "rebuild"],
    ["of one that is stored", "a", "a, c AS (a) STORED", [], "rebuild", "rebuild"],
    ["of one with a time as its default", "a", "a, c DEFAULT CURRENT_TIMESTAMP", [], "rebuild", "rebuild"],
    ["of one with an expression as its default", "a", "a, c DEFAULT (1)", [], "rebuild", "rebuild"],
    ["of one that refuses NULL", "a", "a, c NOT NULL", [], "rebuild", "rebuild"],
    ["of one called rowid", "a", "a, rowid", [], "rebuild", "rebuild"],
    ["of one with a CHECK", "a", "a, c CHECK (c > 0)", [], "rebuild", "rebuild"],
    ["of one that goes", "a, b", "a", ["drop b"], 'ALTER TABLE main."t" DROP COLUMN "b"', undefined],
    [
      "of one with a comment that goes",
      "a, b /* x */",
      "a",
      ["drop b"],
      'ALTER TABLE main."t" DROP COLUMN "b"; edit',
      "rebuild",
    ],
    ["of two that go", "a, b, c", "a", ["drop b, c"], "rebuild", "rebuild"],
    ["of one that goes from a key", "a, b UNIQUE", "a", ["drop b"], "rebuild", "rebuild"],
    ["of a default", "a", "a DEFAULT 1", [], "schema_edit", "rebuild"],
    ["of a CHECK", "a", "a CHECK (a)", [], "schema_edit", "rebuild"],
    ["of NOT NULL", "a", "a NOT NULL", [], "schema_edit", "rebuild"],
    ["of a foreign key", "a", "a REFERENCES u", [], "schema_edit", "rebuild"],
    ["of a type of the same affinity", "a TEXT", "a VARCHAR(9)", [], "schema_edit", "rebuild"],
    ["of a type of another affinity", "a TEXT", "a INT", [], "rebuild", "rebuild"],
    ["of a collation", "a", "a COLLATE NOCASE", [], "rebuild", "rebuild"],
    ["of a key", "a", "a UNIQUE", [], "rebuild", "rebuild"],
    ["of values", "a", "a", ["copy a = 1"], "rebuild", "rebuild"],
    ["of an order", "a, b", "b, a", [], "rebuild", "rebuild"],
  ] as const) {
    it(about, () => {
      assert.equal(describeMethod(choose(current, wanted, directives, "possible")), free);
      assert.equal(describeMethod(choose(current, wanted, directives, "impossible")), guarded ?? free);
    });
  }
});

describe("an edit of the text", () => {
  for (const [about, current, wanted, checks, defaults] of [
    ["needs no look at the rows for less", "a NOT NULL CHECK (a)", "a", "none", ""],
    ["checks the rows for a CHECK", "a", "a CHECK (a)", "rows", ""],
    ["checks the rows for NOT NULL", "a", "a NOT NULL", "rows", ""],
    ["leaves a foreign key to the check of all of them", "a", "a REFERENCES u", "none", ""],
    [
      "watches the defaults that change",
      "a DEFAULT 1, b, c DEFAULT 1",
      "a DEFAULT 2, b DEFAULT 1, c DEFAULT 1",
      "none",
      "a b",
    ],
  ] as const) {
    it(about, () => {
      const method = choose(current, wanted, [], "possible");
      assert.ok(method.kind === "schema_edit");
      assert.equal(method.checks, checks);
      assert.equal(method.defaults.map(({ name }) => name).join(" "), defaults);
    });
  }
});
