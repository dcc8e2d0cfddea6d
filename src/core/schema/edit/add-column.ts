/** Adds a column behind the last one, where ALTER TABLE ADD COLUMN puts it too. */
import { isSameName } from "../../sql/quote.ts";
import { addDefinition } from "../edit.ts";
import type { Column, Table } from "../table.ts";
import type { Step } from "./change.ts";
import { commentTexts } from "./column-text.ts";
import type { ColumnFragment } from "./fragment.ts";
import { outlineOf } from "./outline.ts";
import { refuse } from "./problem.ts";

/** Adds the column that was read. */
export function addColumn(fragment: ColumnFragment): readonly Step[] {
  const { text, column } = fragment;
  checkConstraints(column);
  return [
    (table) => {
      checkNewName(table, column.name);
      if (table.primaryKey !== undefined && column.constraints.some(({ kind }) => kind === "primary_key")) {
        const hint = `add the column without it, and call setPrimaryKey([${JSON.stringify(column.name)}])`;
        refuse("constraint_exists", `"${table.name}" has a primary key already`, hint);
      }
      const last = table.definitions.findLast(({ kind }) => kind === "column");
      if (last === undefined) throw new RangeError("a table without columns");
      const outline = outlineOf(table);
      return {
        edits: addDefinition(table, last, text),
        outline: {
          ...outline,
          columns: [...outline.columns, column],
          comments: [...outline.comments, ...commentTexts(text)],
        },
      };
    },
  ];
}

/** Refuses a name that a column of the table has. */
export function checkNewName({ name: table, columns }: Pick<Table, "name" | "columns">, name: string): void {
  const other = columns.find((column) => isSameName(column.name, name));
  if (other === undefined) return;
  refuse(
    "column_exists",
    `"${table}" has a column "${other.name}" already`,
    "choose another name, or drop that one first",
  );
}

/** Refuses what SQLite would take for a part of another definition. */
function checkConstraints({ name, constraints }: Column): void {
  const key = constraints.findIndex(({ kind }) => kind === "foreign_key");
  const deferral = constraints.findIndex(({ kind }) => kind === "deferral");
  if (deferral !== -1 && (key === -1 || deferral < key)) {
    refuse(
      "invalid_argument",
      `DEFERRABLE in "${name}" follows no foreign key`,
      "write it behind REFERENCES, or remove it",
    );
  }
  const open = constraints.find(({ kind }) => kind === "name_only");
  if (open !== undefined) {
    refuse("invalid_argument", `no constraint follows CONSTRAINT in "${name}"`, "write the constraint behind its name");
  }
}
