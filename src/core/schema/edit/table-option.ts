/** Sets and takes away STRICT and WITHOUT ROWID. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { Span } from "../span.ts";
import type { Table, TableOption } from "../table.ts";
import type { Change } from "./change.ts";
import { outlineOf, withoutComments } from "./outline.ts";
import { clear, write } from "./splice.ts";

const WORDS: Readonly<Record<TableOption["kind"], string>> = { strict: "STRICT", without_rowid: "WITHOUT ROWID" };

/** Writes the option behind the others, or takes it away. Where it is so already, nothing changes. */
export function setOption(table: Table, kind: TableOption["kind"], state: "on" | "off"): Change {
  const outline = outlineOf(table);
  const { options, body } = table.source;
  const isOn = options.some((option) => option.kind === kind);
  if (isOn === (state === "on")) return { edits: [], outline };
  if (state === "off") {
    const rest = outline.options.filter((option) => option !== kind);
    const spans = spansOf(table, kind);
    const gone = table.comments.filter(({ offset }) => spans.some(({ start, end }) => offset > start && offset < end));
    const comments = withoutComments(outline.comments, gone);
    return { edits: clear(table.sql, spans), outline: { ...outline, options: rest, comments } };
  }
  const last = options.at(-1)?.span.end;
  const edit = last === undefined ? write(body.end + 1, ` ${WORDS[kind]}`) : write(last, `, ${WORDS[kind]}`);
  return { edits: [edit], outline: { ...outline, options: [...outline.options, kind] } };
}

/** The places of an option, each with one of the commas beside it. */
function spansOf(table: Table, kind: TableOption["kind"]): readonly Span[] {
  const { options } = table.source;
  const commas = options.slice(1).map((option, index) => commaBetween(table.sql, options[index], option));
  const firstKept = options.findIndex((option) => option.kind !== kind);
  return options.flatMap((option, index) => {
    if (option.kind !== kind) return [];
    // Those in front of all that stay take the comma behind them with them, the others the one in front of them.
    const comma = firstKept === -1 || index < firstKept ? commas[index] : commas[index - 1];
    return comma === undefined ? [option.span] : [option.span, comma];
  });
}

function commaBetween(sql: string, left: TableOption | undefined, right: TableOption): Span {
  const from = left?.span.end ?? 0;
  const { tokens } = tokenize(sql.slice(from, right.span.start));
  const start = from + (tokens[0]?.offset ?? 0);
  return { start, end: start + 1 };
}
