/** Drops constraints: by their name, or by what they say. */
import { suggest } from "../../diagnostic/suggest.ts";
import { foldIdentifier, isSameName, unquoteIdentifier } from "../../sql/quote.ts";
import { tokenize } from "../../sql/tokenizer.ts";
import type { Table } from "../table.ts";
import type { Change, Step } from "./change.ts";
import { deferralsOf } from "./deferral.ts";
import { describeConstraint } from "./describe.ts";
import { areSameNames, placedConstraints, type PlacedConstraint } from "./find.ts";
import type { Operation } from "./operation.ts";
import { refuse } from "./problem.ts";
import { removeConstraints } from "./remove.ts";

/** Drops the constraint of that name. */
export function dropConstraint({ name }: Operation<"drop_constraint">): readonly Step[] {
  return [
    (table) => {
      const all = placedConstraints(table);
      const found = all.filter(({ constraint }) => constraint.name !== undefined && isSameName(constraint.name, name));
      const [first] = found;
      if (first === undefined) refuseName(table, name, all);
      if (found.length > 1) {
        const message = `${found.length} constraints of "${table.name}" have the name "${name}"`;
        refuse(
          "ambiguous_constraint",
          message,
          "drop them by what they say: dropCheck(), dropUnique(), dropForeignKey()",
        );
      }
      const { kind } = first.constraint;
      if (kind === "generated" || kind === "deferral") {
        const message = `${describeConstraint(first.constraint)} cannot be dropped alone`;
        refuse("impossible", message, kind === "generated" ? "drop the column" : "drop the foreign key");
      }
      return remove(table, first);
    },
  ];
}

/** Drops the CHECK with that expression; white space, comments, quotes and the case of names do not count. */
export function dropCheck({ expression }: Operation<"drop_check">): readonly Step[] {
  const wanted = foldExpression(expression);
  return [
    (table) =>
      removeOne(table, `CHECK (${expression})`, ({ constraint }) => {
        return constraint.kind === "check" && foldExpression(constraint.expression.text) === wanted;
      }),
  ];
}

/** Drops the UNIQUE on these columns, in this order. */
export function dropUnique({ columns }: Operation<"drop_unique">): readonly Step[] {
  return [
    (table) =>
      removeOne(table, `UNIQUE (${columns.join(", ")})`, ({ constraint }) => {
        if (constraint.kind !== "unique") return false;
        return areSameNames(
          constraint.columns.map((key) => key.name),
          columns,
        );
      }),
  ];
}

/** Drops the foreign key of these columns, in this order. */
export function dropForeignKey({ columns }: Operation<"drop_foreign_key">): readonly Step[] {
  return [
    (table) =>
      removeOne(table, `foreign key (${columns.join(", ")})`, ({ constraint }) => {
        return constraint.kind === "foreign_key" && areSameNames(constraint.columns, columns);
      }),
  ];
}

/** Drops the primary key. */
export function dropPrimaryKey(): readonly Step[] {
  return [(table) => removeOne(table, "primary key", ({ constraint }) => constraint.kind === "primary_key")];
}

function removeOne(table: Table, what: string, matches: (placed: PlacedConstraint) => boolean): Change {
  const found = placedConstraints(table).filter(matches);
  const [first] = found;
  if (first === undefined) {
    const kinds = placedConstraints(table).map(({ constraint }) => describeConstraint(constraint));
    const hint = kinds.length === 0 ? "it has no constraints" : `its constraints are ${[...new Set(kinds)].join("; ")}`;
    refuse("unknown_constraint", `"${table.name}" has no ${what}`, hint);
  }
  if (found.length > 1) {
    const message = `"${table.name}" has ${found.length} constraints ${what}`;
    refuse("ambiguous_constraint", message, "drop the one that is meant by its name, with dropConstraint()");
  }
  return remove(table, first);
}

/** What makes a foreign key deferred goes with it. */
function remove(table: Table, placed: PlacedConstraint): Change {
  if (placed.constraint.kind !== "foreign_key") return removeConstraints(table, [placed]);
  const deferrals = deferralsOf(table, placed.constraint);
  if (deferrals.some(({ definition }) => definition !== placed.definition)) {
    refuse(
      "undecidable",
      `DEFERRABLE in another column is about ${describeConstraint(placed.constraint)}`,
      "drop the column with DEFERRABLE, or rebuild the table from a text of its own",
    );
  }
  return removeConstraints(table, [placed, ...deferrals]);
}

function refuseName(table: Table, name: string, all: readonly PlacedConstraint[]): never {
  const names = all.flatMap(({ constraint }) => (constraint.name === undefined ? [] : [constraint.name]));
  const meant = suggest(name, names);
  const hint =
    meant !== undefined
      ? `did you mean "${meant}"?`
      : names.length === 0
        ? "its constraints have no names; drop it by what it says: dropCheck(), dropUnique(), dropForeignKey()"
        : `its named constraints are ${names.join(", ")}`;
  refuse("unknown_constraint", `there is no constraint "${name}" in "${table.name}"`, hint);
}

/** The expression by its tokens alone; a name is the same in quotes, and in another case. */
function foldExpression(expression: string): string {
  const { tokens } = tokenize(expression);
  const texts = tokens.map(({ kind, text }) =>
    kind === "word" || kind === "quoted" ? foldIdentifier(unquoteIdentifier(text)) : text,
  );
  return JSON.stringify(texts);
}
