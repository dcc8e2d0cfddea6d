/** What a change of a table can break is found through any number of views, and nothing else is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { affectedBy, type Readers } from "../../../src/core/alter/affected.ts";
import { parseObject } from "../../../src/core/schema/parse.ts";
import type { SchemaObject } from "../../../src/core/schema/schema.ts";

function readers(...texts: readonly string[]): Readers {
  const objects = texts.map((sql) => parseObject(sql));
  const of = (kind: SchemaObject["kind"]): never => objects.filter((object) => object.kind === kind) as never;
  return { views: of("view"), triggers: of("trigger"), virtualTables: of("virtual_table") };
}

function namesOf({ views, triggers, virtualTables }: Readers): readonly string[] {
  return [...views, ...triggers, ...virtualTables].map(({ name }) => name);
}

const ALL = readers(
  "CREATE VIEW outer_one AS SELECT * FROM [Inner One]",
  'CREATE VIEW "inner one" AS SELECT id FROM main.Users',
  "CREATE VIEW apart AS SELECT user, users_2, myusers FROM other",
  "CREATE TRIGGER far AFTER INSERT ON other BEGIN DELETE FROM outer_one; END",
  "CREATE TRIGGER own AFTER INSERT ON `users` BEGIN SELECT 1; END",
  "CREATE TRIGGER alone AFTER INSERT ON other BEGIN SELECT 1; END",
  "CREATE VIRTUAL TABLE found USING fts5(name, content='users')",
);

describe("what a change of a table can break", () => {
  it("is what names it, in whatever case and quotes, and what names a view that does", () => {
    assert.deepEqual(namesOf(affectedBy(ALL, "USERS")), ["outer_one", "inner one", "far", "own", "found"]);
  });

  it("is nothing where its name is only a part of others", () => {
    assert.deepEqual(namesOf(affectedBy(ALL, "use")), []);
  });

  it("is taken for everything where the name has quotes in it", () => {
    assert.deepEqual(namesOf(affectedBy(ALL, 'a "b"')), namesOf(ALL));
  });
});
