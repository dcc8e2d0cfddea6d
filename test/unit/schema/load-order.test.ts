/** The order of a dump: it can be loaded, and it does not depend on the order in which objects were made. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadOrder } from "../../../src/core/schema/load-order.ts";
import { schemaOf } from "../../support/parsed-schema.ts";

/** The names in load order: an object, and behind it those that belong to it. */
function order(...[statements, shadowTables]: Parameters<typeof schemaOf>): readonly string[] {
  return loadOrder(schemaOf(statements, shadowTables)).map(({ object, dependents }) =>
    [object, ...dependents].map(({ name }) => name).join(" "),
  );
}

function trigger(name: string, when: string, on = "t"): string {
  return `CREATE TRIGGER ${name} ${when} ON ${on} BEGIN SELECT 1; END`;
}

describe("the load order", () => {
  it("is tables, views and virtual tables, each by name", () => {
    const statements = [
      "CREATE VIRTUAL TABLE a USING fts5(x)",
      "CREATE VIEW c AS SELECT * FROM b",
      "CREATE VIEW b AS SELECT 1",
      "CREATE TABLE e (x)",
      "CREATE TABLE d (x)",
    ];
    assert.deepEqual(order(statements), ["d", "e", "b", "c", "a"]);
    assert.deepEqual(order(statements.toReversed()), ["d", "e", "b", "c", "a"]);
  });

  it("takes A to Z for a to z, and goes by code units for everything else", () => {
    const names = ["Ä", "b", "A", "ä", "_", "C", "10", "9", "z"];
    assert.deepEqual(order(names.map((name) => `CREATE TABLE "${name}" (x)`)), [
      "10",
      "9",
      "_",
      "A",
      "b",
      "C",
      "z",
      "Ä",
      "ä",
    ]);
  });

  it("has what belongs to a table behind it: indexes by name, then triggers", () => {
    const statements = [
      trigger("first", "AFTER INSERT"),
      "CREATE INDEX b ON T (x)",
      "CREATE TABLE u (x)",
      "CREATE INDEX c ON u (x)",
      "CREATE INDEX a ON t (x)",
      "CREATE TABLE t (x)",
    ];
    assert.deepEqual(order(statements), ["t a b first", "u c"]);
  });

  it("has the triggers of a view behind it", () => {
    const statements = [
      trigger("edited", "INSTEAD OF UPDATE", "v"),
      "CREATE VIEW v AS SELECT 1 AS x",
      "CREATE VIEW w AS SELECT 1",
    ];
    assert.deepEqual(order(statements), ["v edited", "w"]);
  });

  it("sorts triggers by event and time", () => {
    const whens = ["AFTER DELETE", "BEFORE DELETE", "AFTER UPDATE", "BEFORE UPDATE", "AFTER INSERT", "BEFORE INSERT"];
    const triggers = whens.map((when, index) => trigger(`t${index}`, when));
    assert.deepEqual(order(["CREATE TABLE t (x)", ...triggers]), ["t t5 t4 t3 t2 t1 t0"]);
    assert.deepEqual(order(["CREATE TABLE t (x)", ...triggers.toReversed()]), ["t t5 t4 t3 t2 t1 t0"]);
  });

  it("leaves the triggers of one event and time in the order in which they were made, which is how they fire", () => {
    const triggers = ["b", "a", "c"].map((name) => trigger(name, "AFTER UPDATE OF x"));
    assert.deepEqual(order(["CREATE TABLE t (x)", ...triggers]), ["t b a c"]);
  });

  it("has a virtual table behind the one that it mentions, also through a view", () => {
    const statements = [
      "CREATE VIRTUAL TABLE a USING fts4(content='V')",
      "CREATE VIRTUAL TABLE b USING fts5(x)",
      'CREATE VIRTUAL TABLE c USING fts4(content="d")',
      "CREATE VIRTUAL TABLE d USING fts4(x)",
      "CREATE VIEW v AS SELECT x FROM [z]",
      "CREATE VIRTUAL TABLE z USING fts5(x)",
    ];
    assert.deepEqual(order(statements), ["v", "z", "a", "b", "d", "c"]);
  });

  it("ends where virtual tables mention each other", () => {
    const statements = ["CREATE VIRTUAL TABLE b USING fts5(a)", "CREATE VIRTUAL TABLE a USING fts5(b)"];
    assert.deepEqual(order(statements), ["b", "a"]);
  });

  it("has what is on a shadow table behind its virtual table", () => {
    const statements = ["CREATE VIRTUAL TABLE f USING fts5(x)", "CREATE INDEX i ON f_data (block)"];
    assert.deepEqual(order(statements, { f: ["CREATE TABLE f_data (id, block)"] }), ["f i"]);
  });

  it("leaves nothing out in silence", () => {
    assert.throws(() => order(["CREATE INDEX i ON gone (x)"]), /the index i is on nothing that the schema has/);
  });

  it("is nothing for an empty schema", () => {
    assert.deepEqual(order([]), []);
  });
});
