/** What differs between a table and the wanted one. */
import { factsOf, type ColumnFacts, type TableFacts } from "../alter/facts.ts";
import type { Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { ColumnAspect, TableDifference } from "./change.ts";
import { sameComments, type CommentPolicy } from "./same-object.ts";

/** The differences. Columns are paired by their names; none are the same as nothing to do. */
export function diffTable(current: Table, wanted: Table, comments: CommentPolicy): readonly TableDifference[] {
  const [left, right] = [factsOf(current), factsOf(wanted)];
  const differences: TableDifference[] = [...columnDifferences(left, right)];
  const staying = ({ columns }: TableFacts, other: TableFacts): string =>
    [...columns.keys()].filter((name) => other.columns.has(name)).join("\0");
  if (staying(left, right) !== staying(right, left) || isInserted(left, right))
    differences.push({ kind: "reorder_columns" });
  if (left.primaryKey !== right.primaryKey || left.rowid !== right.rowid)
    differences.push({ kind: "change_primary_key" });
  differences.push(...constraintDifferences(current, wanted));
  if (left.storage !== right.storage) differences.push({ kind: "change_storage", to: right.storage });
  if (left.typing !== right.typing) differences.push({ kind: "change_typing", to: right.typing });
  if (comments === "compare" && !sameComments(current, wanted)) differences.push({ kind: "change_comments" });
  return differences;
}

function columnDifferences(left: TableFacts, right: TableFacts): readonly TableDifference[] {
  const dropped = [...left.columns].filter(([name]) => !right.columns.has(name));
  const added = [...right.columns].filter(([name]) => !left.columns.has(name));
  const changed = [...right.columns].flatMap(([key, column]): readonly TableDifference[] => {
    const before = left.columns.get(key);
    const aspects = before === undefined ? [] : aspectsOf(before, column);
    return aspects.length === 0 ? [] : [{ kind: "change_column", column: column.name, aspects }];
  });
  return [
    ...dropped.map(([, { name }]): TableDifference => ({ kind: "drop_column", column: name })),
    ...added.map(([, { name }]): TableDifference => ({ kind: "add_column", column: name })),
    ...changed,
  ];
}

const ASPECTS: Readonly<Record<ColumnAspect, keyof ColumnFacts>> = {
  name: "name",
  type: "type",
  collation: "collation",
  default: "default",
  not_null: "notNull",
  generated: "generated",
};

function aspectsOf(before: ColumnFacts, after: ColumnFacts): readonly ColumnAspect[] {
  return (Object.keys(ASPECTS) as ColumnAspect[]).filter(
    (aspect) => before[ASPECTS[aspect]] !== after[ASPECTS[aspect]],
  );
}

/** Whether a new column stands in front of one that stays. */
function isInserted(left: TableFacts, right: TableFacts): boolean {
  const names = [...right.columns.keys()];
  const last = names.findLastIndex((name) => left.columns.has(name));
  return names.slice(0, last + 1).some((name) => !left.columns.has(name));
}

type Constraint = Table["checks"][number] | Table["uniques"][number] | Table["foreignKeys"][number];

/** What was in one table more often than in the other. */
function constraintDifferences(current: Table, wanted: Table): readonly TableDifference[] {
  const left = constraintsOf(current);
  const right = constraintsOf(wanted);
  const missing = (from: readonly Fact[], other: readonly Fact[]): readonly Constraint[] => {
    const rest = other.map(({ fact }) => fact);
    return from
      .filter(({ fact }) => {
        const place = rest.indexOf(fact);
        if (place >= 0) rest.splice(place, 1);
        return place < 0;
      })
      .map(({ constraint }) => constraint);
  };
  return [
    ...missing(left, right).map((constraint) => toDifference("drop_constraint", constraint)),
    ...missing(right, left).map((constraint) => toDifference("add_constraint", constraint)),
  ];
}

interface Fact {
  readonly constraint: Constraint;
  readonly fact: string;
}

/** Each constraint with the fact that it is to its table. */
function constraintsOf(table: Table): readonly Fact[] {
  const alone = { uniques: [], checks: [], foreignKeys: [] } as const;
  const factOf = (part: Partial<Table>): string => {
    const { uniques, checks, foreignKeys } = factsOf({ ...table, ...alone, ...part });
    return JSON.stringify([uniques, checks, foreignKeys]);
  };
  return [
    ...table.uniques.map((one) => ({ constraint: one, fact: factOf({ uniques: [one] }) })),
    ...table.checks.map((one) => ({ constraint: one, fact: factOf({ checks: [one] }) })),
    ...table.foreignKeys.map((one) => ({ constraint: one, fact: factOf({ foreignKeys: [one] }) })),
  ];
}

function toDifference(kind: "add_constraint" | "drop_constraint", constraint: Constraint): TableDifference {
  const { name } = constraint;
  const named = name === undefined ? {} : { name };
  if (constraint.kind === "check") return { kind, constraint: "check", ...named };
  const columns = constraint.columns.map((column) => (typeof column === "string" ? column : column.name));
  return { kind, constraint: constraint.kind, ...named, columns };
}

/** A name as two schemas are compared by it. */
export const keyOf: (object: { readonly name: string }) => string = ({ name }) => foldIdentifier(name);
