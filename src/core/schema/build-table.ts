/** Makes a table of what was read of it: finds the columns that constraints name, and what follows from all of them together. */
import { foldIdentifier } from "../sql/quote.ts";
import type { Comment } from "../sql/token.ts";
import { buildColumn } from "./build-column.ts";
import type { ColumnConstraint, ForeignKey, KeyColumn, PrimaryKey, TableConstraint } from "./constraint.ts";
import { declaredType } from "./declared-type.ts";
import type { ObjectHead } from "./head.ts";
import type { ListEntry } from "./layout.ts";
import type { ColumnText } from "./read-column.ts";
import { Unreadable } from "./reader.ts";
import { textOf, type Span } from "./span.ts";
import type { Column, Definition, DefinitionPlace, Table, TableOption } from "./table.ts";

/** All that the text of a table says. */
export interface TableText {
  readonly sql: string;
  readonly head: ObjectHead;
  readonly body: Span;
  readonly definitions: readonly (ListEntry & { readonly content: ColumnText | TableConstraint })[];
  /** One for each definition. */
  readonly places: readonly DefinitionPlace[];
  readonly options: readonly TableOption[];
  /** Those of the table. */
  readonly comments: readonly Comment[];
}

/** Builds the table. Throws Unreadable where a constraint names a column that is not there, or a second primary key is. */
export function buildTable(text: TableText): Table {
  const { sql, head, body, options, comments } = text;
  const contents = resolveConstraints(text.definitions.map(({ content }) => content));
  const constraints = contents.flatMap((content) => (content.kind === "column" ? content.constraints : [content]));
  const storage = options.some(({ kind }) => kind === "without_rowid") ? "without_rowid" : "rowid";
  const typing = options.some(({ kind }) => kind === "strict") ? "strict" : "flexible";
  const primaryKey = findPrimaryKey(constraints);
  const rowidColumn = findRowidColumn({ sql, contents, storage, primaryKey });
  const refusesNull = (name: string): boolean =>
    primaryKey !== undefined &&
    primaryKey.columns.some((column) => column.name === name) &&
    (storage === "without_rowid" || (typing === "strict" && name !== rowidColumn));
  const definitions = contents.map((content, index): Definition => {
    const place = text.places[index] as DefinitionPlace;
    if (content.kind !== "column") return { kind: "constraint", constraint: content, ...place };
    const column = buildColumn(content, { sql, place, nulls: refusesNull(content.name.name) ? "refused" : "allowed" });
    return { kind: "column", column, ...place };
  });
  return {
    kind: "table",
    name: head.name,
    columns: definitions.flatMap((definition): readonly Column[] =>
      definition.kind === "column" ? [definition.column] : [],
    ),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    uniques: constraints.filter((constraint) => constraint.kind === "unique"),
    checks: constraints.filter((constraint) => constraint.kind === "check"),
    foreignKeys: constraints.filter((constraint) => constraint.kind === "foreign_key"),
    storage,
    typing,
    ...(rowidColumn === undefined ? {} : { rowidColumn }),
    comments,
    definitions,
    sql,
    source: { ...head.source, body, options },
  };
}

type Content = ColumnText | TableConstraint;
type AnyConstraint = ColumnConstraint | TableConstraint;

/** The definitions with the names of columns as those are declared, and with what a later DEFERRABLE says of a foreign key. */
function resolveConstraints(contents: readonly Content[]): readonly Content[] {
  const declared = new Map<string, string>();
  for (const content of contents) {
    if (content.kind === "column") declared.set(foldIdentifier(content.name.name), content.name.name);
  }
  const resolve = (name: string, { start }: Span): string => {
    const found = declared.get(foldIdentifier(name));
    if (found === undefined) throw new Unreadable(`there is no column "${name}"`, start);
    return found;
  };
  const timings = laterTimings(
    contents.flatMap((content) => (content.kind === "column" ? content.constraints : content)),
  );
  const resolveOne = <Constraint extends AnyConstraint>(constraint: Constraint): Constraint => {
    if (constraint.kind === "primary_key" || constraint.kind === "unique") {
      const columns = constraint.columns.map((column: KeyColumn) => ({
        ...column,
        name: resolve(column.name, column.source.name),
      }));
      return { ...constraint, columns };
    }
    if (constraint.kind !== "foreign_key") return constraint;
    const { source } = constraint;
    const columns = constraint.columns.map((name, index) => resolve(name, source.columns[index] ?? source.span));
    return { ...constraint, columns, timing: timings.get(constraint) ?? constraint.timing };
  };
  return contents.map((content) =>
    content.kind === "column" ? { ...content, constraints: content.constraints.map(resolveOne) } : resolveOne(content),
  );
}

/** What a DEFERRABLE that stands alone says of the last foreign key above it. */
function laterTimings(constraints: readonly AnyConstraint[]): ReadonlyMap<AnyConstraint, ForeignKey["timing"]> {
  const timings = new Map<AnyConstraint, ForeignKey["timing"]>();
  let last: AnyConstraint | undefined;
  for (const constraint of constraints) {
    if (constraint.kind === "foreign_key") last = constraint;
    if (constraint.kind === "deferral" && last !== undefined) timings.set(last, constraint.timing);
  }
  return timings;
}

function findPrimaryKey(constraints: readonly AnyConstraint[]): PrimaryKey | undefined {
  const [first, second] = constraints.filter((constraint) => constraint.kind === "primary_key");
  if (second !== undefined) throw new Unreadable("a second primary key", second.source.span.start);
  return first;
}

/** https://sqlite.org/lang_createtable.html#rowid. A column's own `INTEGER PRIMARY KEY DESC` is none, by an old mistake of SQLite. */
function findRowidColumn({
  sql,
  contents,
  storage,
  primaryKey,
}: Pick<TableText, "sql"> &
  Pick<Table, "storage"> & {
    readonly contents: readonly Content[];
    readonly primaryKey: PrimaryKey | undefined;
  }): string | undefined {
  const [key, second] = primaryKey?.columns ?? [];
  if (storage === "without_rowid" || key === undefined || second !== undefined) return undefined;
  if (primaryKey?.level === "column" && key.order === "DESC") return undefined;
  const column = contents.find((content) => content.kind === "column" && content.name.name === key.name);
  if (column?.kind !== "column" || column.type === undefined) return undefined;
  const { name, kind } = declaredType(textOf(sql, column.type));
  return name === "INTEGER" && kind === "standard" ? key.name : undefined;
}
