/** Changes one clause of a column: its type, its default, NOT NULL, its collation. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { ColumnConstraint } from "../constraint.ts";
import { textOf } from "../span.ts";
import type { Column, Table } from "../table.ts";
import type { Step } from "./change.ts";
import { appendToColumn, changeColumn, replaceInColumn, unchanged } from "./column-text.ts";
import { definitionOf, findColumn, type PlacedConstraint } from "./find.ts";
import { readDefaultFragment, readTypeFragment } from "./fragment.ts";
import { nameText } from "./name-text.ts";
import type { Operation } from "./operation.ts";
import { refuse } from "./problem.ts";
import { removeConstraints } from "./remove.ts";
import { clear, write } from "./splice.ts";

/** Gives a column another type. */
export function retypeColumn({ column: name, type }: Operation<"retype_column">): readonly Step[] {
  const { text: written, type: reported } = readTypeFragment(type);
  return [
    (table) => {
      const column = findColumn(table, name);
      const { source } = column;
      checkTypeEnd(table, column);
      const change = <Outline>(one: Outline) => ({ ...one, type: reported });
      if (source.type === undefined) {
        const edits = written === "" ? [] : [write(source.name.end, ` ${written}`)];
        return changeColumn(table, column, { edits, change, written });
      }
      const edits = written === "" ? clear(table.sql, [source.type]) : [{ span: source.type, text: written }];
      return changeColumn(table, column, { edits, change, replaced: source.type, written });
    },
  ];
}

/**
 * Refuses a type of which it is not certain where it ends: GENERATED ALWAYS belongs to it until SQLite cuts the two words off, and
 * with a comment beside them it cuts off less.
 */
function checkTypeEnd({ sql }: Table, { name, source, constraints }: Column): void {
  const start = (source.type ?? source.name).end;
  const [first] = constraints;
  const { tokens } = tokenize(sql.slice(start, first?.source.span.start ?? source.span.end));
  const isGenerated = first?.kind === "generated" && /^generated/i.test(textOf(sql, first.source.span));
  const { comments } = tokenize(isGenerated ? sql.slice(start, first.expression.span.start) : "");
  if (tokens.length === 0 && comments.length === 0) return;
  const message = `it is not certain where the type of "${name}" ends`;
  refuse("undecidable", message, "drop the column, and add it again as it should be");
}

/** Gives a column a default, in place of the one that it has. */
export function setDefault({ column: name, expression }: Operation<"set_default">): readonly Step[] {
  const { text, constraint } = readDefaultFragment(expression);
  return [
    (table) => {
      const column = findColumn(table, name);
      if (column.generated !== undefined) {
        refuse("impossible", `the generated column "${column.name}" can have no default`, "remove this call");
      }
      const current = column.default;
      if (current === undefined) return appendToColumn(table, column, constraint, `DEFAULT ${text}`);
      const wanted = { ...current, ...constraint };
      return replaceInColumn(table, column, { current, wanted, place: current.source.value, text });
    },
  ];
}

/** Takes the default away. */
export function dropDefault({ column }: Operation<"drop_default">): readonly Step[] {
  return [dropAll(column, "default", "default")];
}

/** Refuses NULL. The word NULL, which would say the opposite, goes. */
export function setNotNull({ column: name }: Operation<"set_not_null">): readonly Step[] {
  return [
    (table) => removeConstraints(table, placedIn(table, findColumn(table, name), "null")),
    (table) => {
      const column = findColumn(table, name);
      if (column.notNull !== undefined) return unchanged(table);
      return appendToColumn(table, column, { kind: "not_null" }, "NOT NULL");
    },
  ];
}

/** Allows NULL. */
export function dropNotNull({ column }: Operation<"drop_not_null">): readonly Step[] {
  return [dropAll(column, "not_null", "NOT NULL")];
}

/** Compares and sorts the values of a column otherwise. */
export function setCollation({ column: name, collation }: Operation<"set_collation">): readonly Step[] {
  const text = nameText(collation);
  return [
    (table) => {
      const column = findColumn(table, name);
      const current = column.constraints.findLast((one) => one.kind === "collate");
      if (current === undefined) {
        return appendToColumn(table, column, { kind: "collate", collation }, `COLLATE ${text}`);
      }
      const wanted = { ...current, collation };
      return replaceInColumn(table, column, { current, wanted, place: current.source.collation, text });
    },
  ];
}

function dropAll(name: string, kind: ColumnConstraint["kind"], what: string): Step {
  return (table) => {
    const column = findColumn(table, name);
    const placed = placedIn(table, column, kind);
    if (placed.length === 0) {
      refuse("unknown_constraint", `the column "${column.name}" has no ${what}`, "remove this call");
    }
    return removeConstraints(table, placed);
  };
}

function placedIn(table: Table, column: Column, kind: ColumnConstraint["kind"]): readonly PlacedConstraint[] {
  const definition = definitionOf(table, column);
  return column.constraints.filter((one) => one.kind === kind).map((constraint) => ({ definition, constraint }));
}
