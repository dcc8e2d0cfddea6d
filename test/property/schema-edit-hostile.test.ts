/** An edit of any table is refused or gives a table that SQLite takes, whatever the names are. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { editTable } from "../../src/core/schema/edit/edit-table.ts";
import type { TableEditor } from "../../src/core/schema/edit/editor.ts";
import { parseObject } from "../../src/core/schema/parse.ts";
import type { Table } from "../../src/core/schema/table.ts";
import { hostileName } from "../support/hostile-names.ts";
import { table as generatedTable } from "../support/schema-table.ts";
import { doubleQuoted, writtenName } from "../support/schema-text.ts";
import { tries } from "./tries.ts";

/** What SQLite says against a text; undefined where it takes it. */
function errorOf(sql: string): string | undefined {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(sql);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.close();
  }
}

interface Call {
  readonly table: Table;
  /** Two of the columns, or one twice. */
  readonly columns: readonly [string, string];
  readonly name: string;
  readonly place: number;
}

const CALLS: readonly ((editor: TableEditor, call: Call) => unknown)[] = [
  (editor, { name, columns }) => editor.addColumn(`${doubleQuoted(name)} INT CHECK (${doubleQuoted(columns[0])} <> 3)`),
  (editor, { columns }) => editor.dropColumn(columns[0]),
  (editor, { columns, name }) => editor.renameColumn(columns[0], name),
  (editor, { columns, place }) =>
    editor.retypeColumn(columns[0], ["INTEGER", "TEXT", "", "VARCHAR(3)"][place % 4] ?? ""),
  (editor, { columns, place }) => editor.setDefault(columns[0], ["1", "'a'", "1+1", "(2)"][place % 4] ?? ""),
  (editor, { columns }) => editor.dropDefault(columns[0]),
  (editor, { columns }) => editor.setNotNull(columns[0]),
  (editor, { columns }) => editor.dropNotNull(columns[0]),
  (editor, { columns }) => editor.setCollation(columns[0], "NOCASE"),
  (editor, { columns, name }) => editor.addCheck(`${doubleQuoted(columns[0])} > 1`, { name }),
  (editor, { columns, name }) => editor.addUnique(columns, { name }),
  (editor, { columns, name }) => editor.addForeignKey(columns, { table: name, columns: [name, name] }, { name }),
  (editor, { columns, place }) => editor.setPrimaryKey(columns.slice(place % 2)),
  (editor) => editor.dropPrimaryKey(),
  (editor, { table: { checks, uniques }, place }) => {
    const names = [...checks, ...uniques].flatMap(({ name }) => (name === undefined ? [] : [name]));
    return editor.dropConstraint(names[place % names.length] ?? "nothing");
  },
  (editor, { table: { foreignKeys }, place }) =>
    editor.dropForeignKey(foreignKeys[place % foreignKeys.length]?.columns ?? []),
  (editor, { table: { uniques }, place }) =>
    editor.dropUnique(uniques[place % uniques.length]?.columns.map(({ name }) => name) ?? []),
  (editor, { table: { checks }, place }) => editor.dropCheck(checks[place % checks.length]?.expression.text ?? "1"),
  (editor, { place }) => (place % 2 === 0 ? editor.setStrict() : editor.setFlexible()),
  (editor, { place }) => (place % 2 === 0 ? editor.setWithoutRowid() : editor.setRowid()),
];

const call = fc.record({
  kind: fc.nat(CALLS.length - 1),
  first: fc.nat(6),
  second: fc.nat(6),
  place: fc.nat(11),
  name: hostileName,
});

describe("an edit of any table", () => {
  it("is refused, or gives a table that SQLite takes", () => {
    fc.assert(
      fc.property(
        writtenName.chain(generatedTable),
        fc.array(call, { minLength: 1, maxLength: 3 }),
        ({ sql }, calls) => {
          fc.pre(errorOf(sql) === undefined);
          const table = parseObject(sql);
          assert.ok(table.kind === "table");
          const names = table.columns.map(({ name }) => name);
          const nameAt = (place: number): string => names[place % names.length] ?? "";
          const edited = editTable(sql, (editor) => {
            for (const { kind, first, second, place, name } of calls) {
              CALLS[kind]?.(editor, { table, columns: [nameAt(first), nameAt(second)], name, place });
            }
          });
          if (edited.kind === "problem") return;
          // Which constraints share an index, and so may not contradict each other, only SQLite knows.
          assert.match(
            errorOf(edited.wanted.sql) ?? "",
            /^(?:conflicting ON CONFLICT clauses specified)?$/,
            edited.wanted.sql,
          );
        },
      ),
      tries(500),
    );
  });
});
