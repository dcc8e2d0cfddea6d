/** Random schemas are read as they were meant, and as SQLite reads them, and can be written down again byte by byte. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { printObject } from "../../src/core/schema/print.ts";
import type { Schema, SchemaObject } from "../../src/core/schema/schema.ts";
import type { Table } from "../../src/core/schema/table.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { inspectSync } from "../../src/inspect-database.ts";
import { schema as generatedSchema, type GeneratedObject } from "../support/schema-arbitrary.ts";
import { meaningOfTable, withoutPlaces } from "../support/schema-project.ts";
import type { GeneratedTable } from "../support/schema-table.ts";

interface Made {
  readonly schema: Schema;
  readonly tables: readonly GeneratedTable[];
  readonly others: readonly GeneratedObject[];
  readonly database: DatabaseSync;
}

/** How many schemas of those that were tried have every statement that was generated for them. */
const counts = { tried: 0, whole: 0, objects: 0 };

/** Makes the schema as far as SQLite lets it be made, and reads it. */
function withSchema(check: (made: Made) => void, numRuns: number): void {
  fc.assert(
    fc.property(generatedSchema, (generated) => {
      const database = new DatabaseSync(":memory:");
      const runs = ({ sql }: { readonly sql: string }): boolean => {
        try {
          database.exec(sql);
          return true;
        } catch {
          return false;
        }
      };
      const tables = generated.tables.filter(runs);
      const others = generated.others.filter(runs);
      counts.tried += 1;
      counts.objects += tables.length + others.length;
      if (tables.length + others.length === generated.tables.length + generated.others.length) counts.whole += 1;
      check({ schema: inspectSync({ database }), tables, others, database });
      database.close();
    }),
    { numRuns },
  );
}

function allObjects({ tables, indexes, views, triggers }: Schema): readonly SchemaObject[] {
  return [...tables, ...indexes, ...views, ...triggers];
}

function tableOf(schema: Schema, name: string): Table {
  const table = schema.tables.find((one) => one.name === name);
  assert.ok(table !== undefined, `the table ${name} was not read`);
  return table;
}

describe("inspect on random schemas", () => {
  it("reads every object as it was meant, with what no pragma shows", () => {
    withSchema(({ schema, tables, others }) => {
      assert.deepEqual(
        schema.tables.map(meaningOfTable),
        tables.map(({ name, columns, constraints, storage, typing }) => ({
          name,
          columns,
          constraints,
          storage,
          typing,
        })),
      );
      const read = [...schema.indexes, ...schema.views, ...schema.triggers].map(withoutPlaces);
      const order = (kind: unknown): number => ["index", "view", "trigger"].indexOf(String(kind));
      const meant = others
        .map(({ expected }) => expected)
        .toSorted((left, right) => order(left["kind"]) - order(right["kind"]));
      assert.deepEqual(read, meant);
    }, 1500);
  });

  it("keeps the text: what SQLite stores is what is printed", () => {
    withSchema(({ schema, database }) => {
      const stored = database
        .prepare("SELECT type || ' ' || name AS label, sql FROM sqlite_schema WHERE sql <> ''")
        .all();
      const texts = new Map(stored.map(({ label, sql }) => [label, sql]));
      texts.delete("table sqlite_sequence");
      for (const object of allObjects(schema)) {
        const label = `${object.kind} ${object.name}`;
        assert.equal(printObject(object), texts.get(label));
        texts.delete(label);
      }
      assert.deepEqual([...texts.keys()], []);
    }, 500);
  });

  it("has every comment of a table once, in its order, and nothing but white space and commas between its definitions", () => {
    withSchema(({ schema }) => {
      for (const { sql, comments, definitions, source } of schema.tables) {
        const owned = definitions.flatMap((definition) => definition.comments);
        const all = [...owned, ...comments].toSorted((left, right) => left.offset - right.offset);
        assert.deepEqual(all, tokenize(sql).comments);
        let at = source.body.start;
        for (const { region, span } of [...definitions, endAt(source.body.end)]) {
          assert.ok(at <= region.start && region.start <= span.start && span.end <= region.end);
          const ofTable = comments.filter(({ offset }) => offset >= at && offset < region.start);
          const between = ofTable.reduce((gap, { text }) => gap.replace(text, ""), sql.slice(at, region.start));
          assert.match(between, /^[\s,]*$/);
          at = region.end;
        }
      }
    }, 500);
  });

  it("agrees with the pragmas about everything that these show", () => {
    withSchema(({ schema, tables, database }) => {
      const all = (sql: string, ...values: readonly string[]) => database.prepare(sql).all(...values);
      for (const { name } of tables) {
        const table = tableOf(schema, name);
        const columns = all("SELECT * FROM pragma_table_xinfo(?)", name);
        assert.deepEqual(
          table.columns.map((column) => [column.name, column.type, column.nulls === "refused" ? 1 : 0]),
          columns.map((row) => [row["name"], row["type"], row["notnull"]]),
        );
        assert.deepEqual(
          table.columns.map(({ generated }) => generated?.storage),
          columns.map((row) => [undefined, undefined, "virtual", "stored"][Number(row["hidden"])]),
        );
        assert.deepEqual(
          table.columns.map((column) => column.default?.text ?? null),
          columns.map((row) => row["dflt_value"]),
        );
        const key = columns.filter((row) => Number(row["pk"]) > 0).map((row) => row["name"]);
        assert.deepEqual(new Set(table.primaryKey?.columns.map((column) => column.name)), new Set(key));
        const indexes = all("SELECT name, origin FROM pragma_index_list(?) ORDER BY name", name);
        assert.equal(table.rowidColumn !== undefined, key.length > 0 && !indexes.some((row) => row["origin"] === "pk"));
        const created = schema.indexes.filter((index) => index.table === name).map((index) => index.name);
        assert.deepEqual(
          created.toSorted(),
          indexes.filter((row) => row["origin"] === "c").map((row) => row["name"]),
        );
        const foreignKeys = all("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq", name);
        assert.deepEqual(
          table.foreignKeys.flatMap((one) =>
            one.columns.map((column, place) => [
              column,
              one.parent,
              one.parentColumns?.[place] ?? null,
              one.onDelete,
              one.onUpdate,
            ]),
          ),
          foreignKeys.map((row) => [row["from"], row["table"], row["to"], row["on_delete"], row["on_update"]]),
        );
      }
    }, 1000);
  });

  it("was tried on schemas that SQLite mostly accepts as a whole", () => {
    assert.ok(counts.whole / counts.tried > 0.5, JSON.stringify(counts));
    assert.ok(counts.objects / counts.tried > 2, JSON.stringify(counts));
  });
});

/** A place behind the last definition. */
function endAt(end: number) {
  const span = { start: end, end };
  return { region: span, span };
}
