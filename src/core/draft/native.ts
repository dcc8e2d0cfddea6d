/** Changes a table by SQLite's own ALTER TABLE, where that ends at the wanted one. */
import { checkNames } from "../alter/check-name.ts";
import { chooseMethod } from "../alter/choose.ts";
import { factsOf, sameTable } from "../alter/facts.ts";
import type { ColumnMatch } from "../alter/match.ts";
import type { Check, NotNull } from "../schema/constraint.ts";
import { nameText } from "../schema/edit/name-text.ts";
import { textOf, type Span } from "../schema/span.ts";
import type { Column, Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { DraftCapabilities } from "./capabilities.ts";
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
  const left = withoutColumns(current, dropped);
  const base = withoutColumns(wanted, added);
  const isPossible = capabilities.alterConstraint === "possible";
  const bare = isPossible ? withoutChecks(wanted, added) : wanted;
  const isAddable =
    added.length === 0 || isNative({ current: base, wanted: bare, dropped: [], added: added.map(({ name }) => name) });
  if (!isAddable || (dropped.length > 0 && !isNative({ current, wanted: left, dropped, added: [] }))) return undefined;
  // The CHECKs of new columns follow these: they are no part of the base.
  const constraints = isPossible ? constraintChanges(left, base, wanted) : sameTable(left, base) ? NONE : undefined;
  if (constraints === undefined) return undefined;
  return [
    // SQLite drops no column that a CHECK still names.
    ...constraints.before,
    ...dropped.map(({ name }) => `DROP COLUMN ${nameText(name)}`),
    ...added.map((column) => `ADD COLUMN ${columnText(wanted, column, isPossible)}`),
    ...constraints.after,
  ];
}

const NONE = { before: [], after: [] } as const;

/** Whether columns can be added at the end, or one be dropped. Comments are no part of that: they are not in these statements. */
function isNative(step: {
  readonly current: Table;
  readonly wanted: Table;
  readonly dropped: readonly Column[];
  readonly added: readonly string[];
}): boolean {
  const { current, wanted, dropped, added } = step;
  const columns = wanted.columns.map((column): ColumnMatch["columns"][number] => {
    if (column.generated !== undefined) return { kind: "generated", column };
    return added.includes(column.name) ? { kind: "new", column } : { kind: "kept", column, from: column };
  });
  const method = chooseMethod({
    current: { ...current, sql: "" },
    wanted: { ...wanted, sql: "" },
    match: { kind: "match", columns, dropped },
    capabilities: { schemaEdit: "impossible" },
  });
  return method.kind === "native";
}

/** The table without these columns and what stands in their definitions. */
function withoutColumns(table: Table, columns: readonly Column[]): Table {
  return without(table, {
    columns: table.columns.filter((column) => !columns.includes(column)),
    gone: columns.flatMap(({ constraints }) => constraints as readonly object[]),
  });
}

/** The table with these columns as ADD COLUMN makes them, when their CHECKs are added behind it: that is far quicker. */
function withoutChecks(table: Table, columns: readonly Column[]): Table {
  const own = columns.flatMap(({ constraints }) => constraints.filter(({ kind }) => kind === "check"));
  return without(table, {
    columns: table.columns.map((column) =>
      columns.includes(column)
        ? { ...column, constraints: column.constraints.filter(({ kind }) => kind !== "check") }
        : column,
    ),
    gone: own,
  });
}

function without(
  table: Table,
  { columns, gone }: { readonly columns: readonly Column[]; readonly gone: readonly object[] },
): Table {
  const isLeft = (constraint: object): boolean => !gone.includes(constraint);
  return {
    ...table,
    columns,
    uniques: table.uniques.filter(isLeft),
    checks: table.checks.filter(isLeft),
    foreignKeys: table.foreignKeys.filter(isLeft),
  };
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

/** Stands for every NOT NULL, written or not, where that is not what is compared. */
const ALIKE: NotNull = { kind: "not_null", source: { span: { start: 0, end: 0 } } };

interface ConstraintChanges {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** NOT NULL and CHECK, where nothing else differs: what is taken away before columns are added, and what comes behind that. */
function constraintChanges(current: Table, base: Table, wanted: Table): ConstraintChanges | undefined {
  const neutral = (table: Table): Table => ({
    ...table,
    checks: [],
    columns: table.columns.map((column) => ({ ...column, notNull: ALIKE })),
  });
  if (!sameTable(neutral(current), neutral(base))) return undefined;
  const nulls = current.columns.map((column, index) => nullChange(column, base.columns[index] as Column));
  const gone = missingChecks(current, wanted);
  const made = missingChecks(wanted, current);
  const isPossible =
    !nulls.includes(undefined) &&
    gone.every((check) => check.name !== undefined && isOnly(current, check)) &&
    made.every((check) => isOnly(wanted, check));
  if (!isPossible) return undefined;
  return {
    before: [
      ...gone.map(({ name = "" }) => `DROP CONSTRAINT ${nameText(name)}`),
      ...nulls.filter((sql): sql is string => sql?.endsWith("DROP NOT NULL") === true),
    ],
    after: [
      ...nulls.filter((sql): sql is string => sql !== "" && sql?.endsWith("DROP NOT NULL") === false),
      ...made.map(({ source }) => `ADD ${checkText(wanted, source.span)}`),
    ],
  };
}

/** Whether no other constraint has its name: SQLite drops the first of a name, and adds none of a name that is taken. */
function isOnly(table: Table, check: Check): boolean {
  // One that has the name of another constraint above it would lose that.
  if (checkNames(table).get(check) !== check.name) return false;
  if (check.name === undefined) return true;
  const name = foldIdentifier(check.name);
  const all = table.definitions.flatMap((definition) =>
    definition.kind === "column" ? definition.column.constraints : [definition.constraint],
  );
  return all.filter((constraint) => foldIdentifier(constraint.name ?? "") === name).length === 1;
}

/** "" where nothing is to be done, undefined where it cannot be. */
function nullChange({ notNull: before }: Column, { name, notNull: after }: Column): string | undefined {
  const text = (one: Column["notNull"]): string => (one === undefined ? "" : `${one.conflict ?? ""} ${one.name ?? ""}`);
  if ((before === undefined) === (after === undefined)) return text(before) === text(after) ? "" : undefined;
  // With its name it would be another constraint.
  if ((before ?? after)?.name !== undefined) return undefined;
  const column = `ALTER COLUMN ${nameText(name)}`;
  if (after === undefined) return `${column} DROP NOT NULL`;
  return `${column} SET NOT NULL${after.conflict === undefined ? "" : ` ON CONFLICT ${after.conflict}`}`;
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

function checkText({ sql }: Table, span: Span): string {
  return onOneLine(textOf(sql, span));
}
