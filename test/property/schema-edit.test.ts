/** A change in the text of a random table changes what was meant, and leaves every other definition and comment as it was. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  addDefinition,
  applyEdits,
  removeConstraint,
  removeDefinition,
  type Edit,
} from "../../src/core/schema/edit.ts";
import { parseObject } from "../../src/core/schema/parse.ts";
import { textOf } from "../../src/core/schema/span.ts";
import type { Definition, Table } from "../../src/core/schema/table.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { table as generatedTable } from "../support/schema-table.ts";
import { withoutPlaces } from "../support/schema-project.ts";

const anyTable = generatedTable({ name: "t", text: "t" });

/** Reads the table again with the edits made; undefined where other definitions name what is gone. */
function edited({ sql }: Table, edits: readonly Edit[]): Table | undefined {
  const object = parseObject(applyEdits(sql, edits));
  if (object.kind === "table") return object;
  assert.ok(object.kind === "unreadable");
  assert.match(object.what, /^there is no column/);
  return undefined;
}

/** The definitions with what is about them, as texts. */
function texts({ sql, definitions }: Table): readonly (readonly string[])[] {
  return definitions.map(({ span, comments }) => [textOf(sql, span), ...comments.map(({ text }) => text)]);
}

function commentsOf({ sql }: Table): readonly string[] {
  return tokenize(sql).comments.map(({ text }) => text);
}

/** Whether SQLite can read a text, whatever it then says of its meaning. */
function isReadable(sql: string): boolean {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(sql);
    return true;
  } catch (error) {
    return !/syntax error|incomplete|unrecognized/.test(String(error));
  } finally {
    database.close();
  }
}

function forEachTable(check: (table: Table, place: number) => void, numRuns: number): void {
  fc.assert(
    fc.property(anyTable, fc.nat(), ({ sql }, place) => {
      const table = parseObject(sql);
      assert.equal(table.kind, "table");
      fc.pre(isReadable(sql));
      check(table, place);
    }),
    { numRuns },
  );
}

describe("the text of a table", () => {
  it("loses a definition with its comments, and nothing else", () => {
    forEachTable((table, place) => {
      const { definitions } = table;
      const index = place % definitions.length;
      const definition = definitions[index] as Definition;
      fc.pre(definition.kind === "constraint" || table.columns.length > 1);
      const rest = edited(table, removeDefinition(table, definition));
      fc.pre(rest !== undefined);
      assert.deepEqual(
        texts(rest),
        texts(table).filter((_, other) => other !== index),
      );
      assert.deepEqual(
        rest.comments.map(({ text }) => text),
        table.comments.map(({ text }) => text),
      );
      assert.equal(commentsOf(rest).length, commentsOf(table).length - definition.comments.length);
      assert.ok(isReadable(rest.sql), rest.sql);
    }, 1500);
  });

  it("gets a definition, and keeps all that was there", () => {
    forEachTable((table, place) => {
      const { definitions } = table;
      const lastColumn = definitions.findLastIndex(({ kind }) => kind === "column");
      const [index, text] = place % 2 === 0 ? [lastColumn, "fresh INT"] : [definitions.length - 1, "CHECK (17)"];
      const more = edited(table, addDefinition(table, definitions[index] as Definition, text));
      assert.ok(more !== undefined);
      const all = texts(more);
      assert.deepEqual(all[index + 1], [text]);
      assert.deepEqual(
        all.filter((_, other) => other !== index + 1),
        texts(table),
      );
      assert.deepEqual(commentsOf(more), commentsOf(table));
      assert.ok(isReadable(more.sql), more.sql);
    }, 1500);
  });

  it("loses a constraint of a column, and nothing else", () => {
    forEachTable((table, place) => {
      const all = table.columns.flatMap((column) => column.constraints.map((constraint) => ({ column, constraint })));
      fc.pre(all.length > 0);
      const { column, constraint } = all[place % all.length] as (typeof all)[number];
      const inside = tokenize(textOf(table.sql, constraint.source.span)).comments.length;
      const rest = edited(table, removeConstraint(table, constraint));
      assert.ok(rest !== undefined);
      assert.deepEqual(
        rest.columns.map(({ constraints }) => withoutPlaces(constraints)),
        table.columns.map((one) =>
          withoutPlaces(one === column ? one.constraints.filter((other) => other !== constraint) : one.constraints),
        ),
      );
      assert.equal(commentsOf(rest).length, commentsOf(table).length - inside);
      assert.ok(isReadable(rest.sql), rest.sql);
    }, 1500);
  });
});
