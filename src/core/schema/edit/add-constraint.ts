/** Adds a constraint beside the columns, behind all others. */
import { isSameName } from "../../sql/quote.ts";
import type { ForeignKeyAction, TableConstraint } from "../constraint.ts";
import { addDefinition } from "../edit.ts";
import type { Table } from "../table.ts";
import type { Change, Step } from "./change.ts";
import { commentTexts } from "./column-text.ts";
import { describeConstraint } from "./describe.ts";
import { areSameNames, findColumn, placedConstraints } from "./find.ts";
import { readExpressionFragment } from "./fragment.ts";
import { columnText, nameList, nameText } from "./name-text.ts";
import type { ConstraintOptions, Operation } from "./operation.ts";
import { outlineOf, type Bare } from "./outline.ts";
import { refuse } from "./problem.ts";

/** Adds a CHECK. */
export function addCheck({ expression, name }: Operation<"add_check">): readonly Step[] {
  const text = readExpressionFragment(expression);
  const check = { kind: "check", level: "table", expression: { text }, ...named(name) } as const;
  return [(table) => addConstraint(table, check, `CHECK (${text})`)];
}

/** Adds a UNIQUE. */
export function addUnique({ columns, name }: Operation<"add_unique">): readonly Step[] {
  return [
    (table) => {
      const names = findColumns(table, columns);
      const same = table.uniques.find((one) =>
        areSameNames(
          one.columns.map((key) => key.name),
          names,
        ),
      );
      if (same !== undefined) {
        refuse("constraint_exists", `"${table.name}" has ${describeConstraint(same)} already`, "remove this call");
      }
      const unique = { kind: "unique", level: "table", columns: names.map(bareKey), ...named(name) } as const;
      return addConstraint(table, unique, `UNIQUE (${columnList(table, names)})`);
    },
  ];
}

/** Adds a foreign key. */
export function addForeignKey({ columns, references, name }: Operation<"add_foreign_key">): readonly Step[] {
  const { table: parent, columns: parentColumns, onDelete, onUpdate, timing = "immediate" } = references;
  if (parentColumns !== undefined && parentColumns.length !== columns.length) {
    const message = `the foreign key has ${columns.length} columns and refers to ${parentColumns.length}`;
    refuse("invalid_argument", message, "give as many columns of the other table as of this one");
  }
  const clauses = [
    `REFERENCES ${nameText(parent)}`,
    parentColumns === undefined ? "" : ` (${nameList(parentColumns)})`,
    actionText("DELETE", onDelete),
    actionText("UPDATE", onUpdate),
    timing === "deferred" ? " DEFERRABLE INITIALLY DEFERRED" : "",
  ].join("");
  return [
    (table) => {
      const names = findColumns(table, columns);
      const key = {
        kind: "foreign_key",
        level: "table",
        columns: names,
        parent,
        ...(parentColumns === undefined ? {} : { parentColumns }),
        onDelete: onDelete ?? "NO ACTION",
        onUpdate: onUpdate ?? "NO ACTION",
        timing,
        ...named(name),
      } as const;
      return addConstraint(table, key, `FOREIGN KEY (${columnList(table, names)}) ${clauses}`);
    },
  ];
}

/** Writes a constraint behind all definitions. Its name is in front of `text` where it has one. */
export function addConstraint(table: Table, constraint: Bare<TableConstraint>, text: string): Change {
  const { name } = constraint;
  if (name !== undefined) checkNewConstraintName(table, name);
  const last = table.definitions.at(-1);
  if (last === undefined) throw new RangeError("a table without columns");
  const outline = outlineOf(table);
  return {
    edits: addDefinition(table, last, name === undefined ? text : `CONSTRAINT ${nameText(name)} ${text}`),
    outline: {
      ...outline,
      constraints: [...outline.constraints, constraint],
      comments: [...outline.comments, ...commentTexts(text)],
    },
  };
}

/** The columns as the table declares them. Throws RefusedEdit where one is missing, and where one or none is named twice. */
export function findColumns(table: Table, columns: readonly string[]): readonly string[] {
  const names = columns.map((name) => findColumn(table, name).name);
  if (names.length === 0) refuse("invalid_argument", "no column is named", "name at least one column");
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) refuse("invalid_argument", `the column "${twice}" is named twice`, "name it once");
  return names;
}

function columnList(table: Table, names: readonly string[]): string {
  return names.map((name) => columnText(table, name)).join(", ");
}

function bareKey(name: string): { readonly kind: "column"; readonly name: string; readonly order: "ASC" } {
  return { kind: "column", name, order: "ASC" };
}

/** The name as a member, where there is one. */
function named(name: string | undefined): ConstraintOptions {
  return name === undefined ? {} : { name };
}

function checkNewConstraintName(table: Table, name: string): void {
  const other = placedConstraints(table).find(({ constraint }) => isSameName(constraint.name ?? "", name));
  if (other?.constraint.name === undefined) return;
  const message = `"${table.name}" has a constraint "${other.constraint.name}" already`;
  refuse("constraint_exists", message, "choose another name, or drop that one first");
}

function actionText(event: "DELETE" | "UPDATE", action: ForeignKeyAction | undefined): string {
  return action === undefined ? "" : ` ON ${event} ${action}`;
}
