/** Changes the primary key of a table. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { KeyColumn, PrimaryKey } from "../constraint.ts";
import { textOf, type Span } from "../span.ts";
import type { Table } from "../table.ts";
import { addConstraint, findColumns } from "./add-constraint.ts";
import type { Change, Step } from "./change.ts";
import { appendToColumn, commentsWithin, commentTexts } from "./column-text.ts";
import { areSameNames, findColumn, placedConstraints } from "./find.ts";
import { columnText, nameText } from "./name-text.ts";
import type { Operation } from "./operation.ts";
import { outlineOf, withoutComments, type Bare } from "./outline.ts";
import { removeConstraints } from "./remove.ts";
import { clear, write } from "./splice.ts";

/**
 * Makes these columns the primary key. What the key has besides them stays: its name, its conflict clause, its place beside the
 * columns, the order and the collation of a column that is in it already.
 */
export function setPrimaryKey(table: Table, { columns, autoincrement }: Operation<"set_primary_key">): readonly Step[] {
  const names = findColumns(table, columns);
  const { primaryKey: old } = table;
  const keys = names.map((name) => keyOf(table, name));
  if (old === undefined) return [(current) => addKey(current, { keys, autoincrement: autoincrement ?? "no" })];
  if (
    areSameNames(
      names,
      old.columns.map(({ name }) => name),
    )
  ) {
    return [(current) => setAutoincrement(current, old, autoincrement ?? old.autoincrement)];
  }
  const wanted = { ...old, keys, autoincrement: autoincrement ?? "no" };
  if (old.level === "table") return [(current) => replaceColumns(current, old, wanted)];
  const place = placedConstraints(table).filter(({ constraint }) => constraint === old);
  return [(current) => removeConstraints(current, place), (current) => addKey(current, wanted)];
}

/** A column of the key, with its text. */
interface Key {
  readonly text: string;
  readonly column: Bare<KeyColumn>;
}

/** What a key says, with the text of each column. */
type WantedKey = Pick<PrimaryKey, "name" | "conflict" | "autoincrement"> & { readonly keys: readonly Key[] };

function keyOf(table: Table, name: string): Key {
  const { sql, primaryKey } = table;
  const column = primaryKey?.columns.find((one) => one.name === name);
  const order = column?.order ?? "ASC";
  if (column !== undefined && primaryKey?.level === "table") return { text: textOf(sql, column.source.span), column };
  const text = columnText(table, name) + (order === "DESC" ? " DESC" : "");
  return { text, column: { kind: "column", name, order } };
}

/** Writes a new key: into the column where it is one alone, and beside the columns otherwise. */
function addKey(table: Table, { name, conflict, autoincrement, keys }: WantedKey): Change {
  const [key, second] = keys;
  const columns = keys.map(({ column }) => column);
  const level = second === undefined ? "column" : "table";
  const constraint = {
    kind: "primary_key",
    level,
    columns,
    autoincrement,
    ...(name === undefined ? {} : { name }),
    ...(conflict === undefined ? {} : { conflict }),
  } as const;
  const start = name === undefined ? "PRIMARY KEY" : `CONSTRAINT ${nameText(name)} PRIMARY KEY`;
  const onConflict = conflict === undefined ? "" : ` ON CONFLICT ${conflict}`;
  const word = autoincrement === "yes" ? " AUTOINCREMENT" : "";
  if (key !== undefined && level === "column") {
    return appendToColumn(table, findColumn(table, key.column.name), constraint, start + onConflict + word);
  }
  return addConstraint(table, constraint, `PRIMARY KEY (${listOf(keys)}${word})${onConflict}`);
}

function listOf(keys: readonly Key[]): string {
  return keys.map(({ text }) => text).join(", ");
}

/** Writes other columns into a key that stands beside the columns. */
function replaceColumns(table: Table, old: PrimaryKey, { keys, autoincrement }: WantedKey): Change {
  const text = listOf(keys) + (autoincrement === "yes" ? " AUTOINCREMENT" : "");
  const spans = [...old.columns.map(({ source }) => source.span), ...autoincrementsOf(table, old)];
  const place = { start: spans[0]?.start ?? 0, end: spans.at(-1)?.end ?? 0 };
  const wanted = { ...old, columns: keys.map(({ column }) => column), autoincrement };
  return changeKey(table, { old, wanted, edits: [{ span: place, text }], place, text });
}

function setAutoincrement(table: Table, old: PrimaryKey, autoincrement: "yes" | "no"): Change {
  const words = autoincrementsOf(table, old);
  const wanted = { ...old, autoincrement };
  if (autoincrement === old.autoincrement) return changeKey(table, { old, wanted, edits: [] });
  if (autoincrement === "no") return changeKey(table, { old, wanted, edits: clear(table.sql, words) });
  const end = old.level === "column" ? old.source.span.end : (old.columns.at(-1)?.source.span.end ?? 0);
  return changeKey(table, { old, wanted, edits: [write(end, " AUTOINCREMENT")] });
}

/** Where AUTOINCREMENT stands in the key; it is one word or none. */
function autoincrementsOf({ sql }: Table, { source: { span } }: PrimaryKey): readonly Span[] {
  const { tokens } = tokenize(textOf(sql, span));
  const words = tokens.filter(({ kind, text }) => kind === "word" && text.toUpperCase() === "AUTOINCREMENT");
  return words.map(({ offset, text }) => ({
    start: span.start + offset,
    end: span.start + offset + text.length,
  }));
}

interface KeyChange {
  readonly old: PrimaryKey;
  readonly wanted: Bare<PrimaryKey>;
  readonly edits: Change["edits"];
  /** What is replaced, and by which text. */
  readonly place?: Span;
  readonly text?: string;
}

function changeKey(table: Table, { old, wanted, edits, place, text }: KeyChange): Change {
  const outline = outlineOf(table);
  const placed = placedConstraints(table).find(({ constraint }) => constraint === old);
  const gone = place === undefined || placed === undefined ? [] : commentsWithin(placed.definition, place);
  return {
    edits,
    outline: {
      ...outline,
      columns: outline.columns.map((column) => ({
        ...column,
        constraints: column.constraints.map((one) => (one === old ? wanted : one)),
      })),
      constraints: outline.constraints.map((one) => (one === old ? wanted : one)),
      comments: [...withoutComments(outline.comments, gone), ...commentTexts(text ?? "")],
    },
  };
}
