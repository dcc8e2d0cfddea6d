/** The indexes that SQLite makes for the UNIQUE and PRIMARY KEY constraints of a table. */
import { foldIdentifier } from "../sql/quote.ts";
import type { ConflictClause, PrimaryKey, Unique } from "./constraint.ts";
import type { Table } from "./table.ts";

/** An index that no CREATE INDEX made. */
export interface AutomaticIndex {
  /** As SQLite names it: `sqlite_autoindex_users_1`. */
  readonly name: string;
  readonly origin: "primary_key" | "unique";
  readonly columns: readonly AutomaticIndexColumn[];
  readonly conflict?: ConflictClause;
}

/** A column of such an index. */
export interface AutomaticIndexColumn {
  readonly name: string;
  readonly collation: string;
  readonly order: "ASC" | "DESC";
}

/**
 * The indexes, in the order in which SQLite numbers them. Two constraints on the same columns with the same collations, in the same
 * order of columns, share one, and an INTEGER PRIMARY KEY needs none. See sqlite3CreateIndex() and convertToWithoutRowidTable().
 */
export function automaticIndexes(table: Table): readonly AutomaticIndex[] {
  const indexes: AutomaticIndex[] = [];
  const keyIsRowid = table.rowidColumn !== undefined || isLatePrimaryKey(table);
  for (const definition of table.definitions) {
    const constraints = definition.kind === "column" ? definition.column.constraints : [definition.constraint];
    for (const constraint of constraints) {
      if (constraint.kind === "unique" || (constraint.kind === "primary_key" && !keyIsRowid)) {
        add(indexes, table, constraint);
      }
    }
  }
  if (isLatePrimaryKey(table) && table.primaryKey !== undefined) {
    // Made from the column alone: a collation in the key is forgotten.
    const columns = table.primaryKey.columns.map(({ kind, name, order, source }) => ({ kind, name, order, source }));
    add(indexes, table, { ...table.primaryKey, columns });
  }
  return table.storage === "rowid" ? indexes : indexes.map(withoutRepeats);
}

/** In a table WITHOUT ROWID what would be the rowid gets its index when all constraints have theirs. */
function isLatePrimaryKey({ storage, primaryKey, columns }: Table): boolean {
  const [key, second] = primaryKey?.columns ?? [];
  if (storage === "rowid" || key === undefined || second !== undefined) return false;
  if (primaryKey?.level === "column" && key.order === "DESC") return false;
  return columns.some(({ name, type }) => name === key.name && type === "INTEGER");
}

function add(indexes: AutomaticIndex[], table: Table, constraint: PrimaryKey | Unique): void {
  const columns = constraint.columns.map(({ name, collation, order }) => ({
    name,
    collation: collation ?? table.columns.find((column) => column.name === name)?.collation ?? "BINARY",
    order,
  }));
  const origin = constraint.kind;
  const place = indexes.findIndex((index) => isSameKey(index.columns, columns));
  const known = indexes[place];
  if (known !== undefined) {
    indexes[place] = {
      ...known,
      ...(origin === "primary_key" ? { origin } : {}),
      ...(known.conflict === undefined && constraint.conflict !== undefined ? { conflict: constraint.conflict } : {}),
    };
    return;
  }
  indexes.push({
    name: `sqlite_autoindex_${table.name}_${indexes.length + 1}`,
    origin,
    columns,
    ...(constraint.conflict === undefined ? {} : { conflict: constraint.conflict }),
  });
}

function isSameKey(left: readonly AutomaticIndexColumn[], right: readonly AutomaticIndexColumn[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ name, collation }, index) => {
      const other = right[index];
      return name === other?.name && foldIdentifier(collation) === foldIdentifier(other.collation);
    })
  );
}

/** The primary key of a table WITHOUT ROWID has each column, with each collation, once. */
function withoutRepeats(index: AutomaticIndex): AutomaticIndex {
  if (index.origin !== "primary_key") return index;
  const columns = index.columns.filter(
    (column, place) => index.columns.findIndex((other) => isSameKey([column], [other])) === place,
  );
  return { ...index, columns };
}
