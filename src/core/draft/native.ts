/** Changes a table by SQLite's own ALTER TABLE, where that ends at the wanted one. */
import { chooseMethod } from "../alter/choose.ts";
import { factsOf, sameTable } from "../alter/facts.ts";
import type { ColumnMatch } from "../alter/match.ts";
import type { Check, NotNull } from "../schema/constraint.ts";
import { mapColumns, withChecks, withColumns, withoutChecks, withoutColumns } from "../alter/native-table.ts";
import { placedConstraints, type PlacedConstraint } from "../schema/edit/find.ts";
import { nameText } from "../schema/edit/name-text.ts";
import { textOf } from "../schema/span.ts";
import type { Column, Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { DraftCapabilities } from "./capabilities.ts";
import { isNeverNull } from "./never-null.ts";
import { onOneLine } from "./sql-text.ts";

/** What is to become of a table. */
export interface NativeChange {
  /** With the names that its columns have once they are renamed. */
  readonly current: Table;
  readonly wanted: Table;
  /** The columns whose values go. */
  readonly dropped: readonly Column[];
  readonly capabilities: DraftCapabilities;
}

/** What stands behind `ALTER TABLE name`, for each statement; undefined where it takes a rebuild. */
export function nativeChanges({ current, wanted, dropped, capabilities }: NativeChange): readonly string[] | undefined {
  const known = new Set(current.columns.map(({ name }) => foldIdentifier(name)));
  const added = wanted.columns.filter(({ name }) => !known.has(foldIdentifier(name)));
  const isPossible = capabilities.alterConstraint === "possible";
  // The CHECKs of new columns follow these: that is far quicker than ADD COLUMN with a CHECK.
  const bare = isPossible ? added.map(withoutItsChecks) : added;
  if (!canAdd(wanted, added, bare) || !canDrop(current, dropped)) return undefined;
  const left = withoutColumns(current, dropped);
  const constraints = isPossible ? constraintChanges({ current, left, wanted }) : NONE;
  if (constraints === undefined) return undefined;
  const { gone, nulls, made } = constraints;
  const kept = withoutChecks(left, gone);
  const reached = withChecks(withColumns(withNulls(kept, nulls), bare), made);
  if (!sameTable(reached, wanted)) return undefined;
  return [
    // SQLite drops no column that a CHECK still names.
    ...gone.map(({ name = "" }) => `DROP CONSTRAINT ${nameText(name)}`),
    ...nulls.filter(isDropped).map(nullText),
    ...dropped.map(({ name }) => `DROP COLUMN ${nameText(name)}`),
    ...added.map((column) => `ADD COLUMN ${columnText(wanted, column, isPossible)}`),
    ...nulls.filter((change) => !isDropped(change)).map(nullText),
    ...made.map(({ source }) => `ADD ${onOneLine(textOf(wanted.sql, source.span))}`),
  ];
}

const NONE: ConstraintChanges = { gone: [], nulls: [], made: [] };

/** Whether SQLite can add these columns, and what is in `bare` of them, at the end. */
function canAdd(wanted: Table, added: readonly Column[], bare: readonly Column[]): boolean {
  if (added.length === 0) return true;
  const current = withoutColumns(wanted, added);
  const columns = bare.map((column): Source =>
    column.generated === undefined ? { kind: "new", column } : { kind: "generated", column },
  );
  return isNative(current, withColumns(current, bare), { columns: [...keptColumns(current), ...columns], dropped: [] });
}

function canDrop(current: Table, dropped: readonly Column[]): boolean {
  if (dropped.length === 0) return true;
  const left = withoutColumns(current, dropped);
  return isNative(current, left, { columns: keptColumns(left), dropped });
}

type Source = ColumnMatch["columns"][number];

function keptColumns({ columns }: Table): readonly Source[] {
  return columns.map((column): Source =>
    column.generated === undefined ? { kind: "kept", column, from: column } : { kind: "generated", column },
  );
}

/** Comments are no part of that: they are not in these statements. */
function isNative(current: Table, wanted: Table, match: Omit<ColumnMatch, "kind">): boolean {
  const method = chooseMethod({
    current: { ...current, sql: "" },
    wanted: { ...wanted, sql: "" },
    match: { kind: "match", ...match },
    capabilities: { schemaEdit: "impossible", dropColumn: "possible" },
  });
  return method.kind === "native";
}

function withoutItsChecks(column: Column): Column {
  return { ...column, constraints: column.constraints.filter(({ kind }) => kind !== "check") };
}

/** The definition of a column on one line. */
function columnText({ sql }: Table, { source, constraints }: Column, leavesChecks: boolean): string {
  const checks = leavesChecks ? constraints.filter(({ kind }) => kind === "check") : [];
  let text = "";
  let at = source.span.start;
  for (const { source: place } of checks) {
    text += sql.slice(at, place.span.start);
    at = place.span.end;
  }
  return onOneLine(text + sql.slice(at, source.span.end));
}

/** What of NOT NULL and CHECK goes, and what comes. */
interface ConstraintChanges {
  readonly gone: readonly Check[];
  readonly nulls: readonly NullChange[];
  readonly made: readonly Check[];
}

/** `notNull` is what a column has from then on. */
interface NullChange {
  readonly column: Column;
  readonly notNull: NotNull | undefined;
}

interface ConstraintTables {
  readonly current: Table;
  /** Without the columns that go. Their CHECKs go with them. */
  readonly left: Table;
  readonly wanted: Table;
}

/** Undefined where SQLite has no statement for one of them. */
function constraintChanges({ current, left, wanted }: ConstraintTables): ConstraintChanges | undefined {
  const gone = missingChecks(left, wanted);
  const made = missingChecks(wanted, left);
  const next = new Map(wanted.columns.map((column) => [foldIdentifier(column.name), column]));
  const nulls = left.columns.flatMap((column): readonly NullChange[] => {
    const notNull = next.get(foldIdentifier(column.name))?.notNull;
    return (notNull === undefined) === (column.notNull === undefined) ? [] : [{ column, notNull }];
  });
  const isPossible =
    gone.every((check) => check.name !== undefined && isOnly(current, check)) &&
    nulls.every(hasStatement) &&
    made.every((check) => isOnly(wanted, check) && isNeverNull(check.expression, wanted));
  return isPossible ? { gone, nulls, made } : undefined;
}

/** Whether no other constraint has its name: SQLite drops the first of a name, and adds none of a name that is taken. */
function isOnly(table: Table, check: Check): boolean {
  if (check.name === undefined) return true;
  const name = foldIdentifier(check.name);
  const isNamed = ({ constraint }: PlacedConstraint): boolean => foldIdentifier(constraint.name ?? "") === name;
  return placedConstraints(table).filter(isNamed).length === 1;
}

/** With a name it would be another constraint: SET NOT NULL gives none, or the one that stands last, with nothing behind it. */
function hasStatement({ column: { notNull: before, constraints }, notNull: after }: NullChange): boolean {
  const isAlone = constraints.filter(({ kind }) => kind === "not_null").length < 2;
  return (before ?? after)?.name === undefined && isAlone && constraints.at(-1)?.kind !== "name_only";
}

function isDropped({ notNull }: NullChange): boolean {
  return notNull === undefined;
}

function nullText({ column: { name }, notNull }: NullChange): string {
  const column = `ALTER COLUMN ${nameText(name)}`;
  if (notNull === undefined) return `${column} DROP NOT NULL`;
  return `${column} SET NOT NULL${notNull.conflict === undefined ? "" : ` ON CONFLICT ${notNull.conflict}`}`;
}

function withNulls(table: Table, changes: readonly NullChange[]): Table {
  return mapColumns(table, (column) => {
    const change = changes.find(({ column: { name } }) => name === column.name);
    if (change === undefined) return column;
    const { notNull: _before, ...rest } = column;
    return change.notNull === undefined ? rest : { ...rest, notNull: change.notNull };
  });
}

/** The CHECKs of one table that the other does not have. */
function missingChecks(table: Table, other: Table): readonly Check[] {
  const rest = [...factsOf(other).checks];
  return table.checks.filter((check) => {
    const place = rest.indexOf(factsOf({ ...table, checks: [check] }).checks[0] ?? "");
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}
