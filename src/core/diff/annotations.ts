/** Reads a wanted schema that somebody wrote: its statements, and what it says of renamed tables and columns. */
import { readNames } from "../alter/names.ts";
import { parseObject } from "../schema/parse.ts";
import { readDirective } from "../sql/directive.ts";
import { unquoteIdentifier } from "../sql/quote.ts";
import type { Script } from "../sql/script.ts";
import { splitStatements } from "../sql/splitter.ts";
import type { Comment, TextProblem } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { Rename } from "./change.ts";

/** A rename, and the comment that says it. Offset and length in UTF-16 units of the whole text. */
export interface Annotation {
  readonly rename: Rename;
  readonly offset: number;
  readonly length: number;
}

/** A wanted schema as it is written. */
export type WantedText =
  | { readonly kind: "wanted"; readonly script: Script; readonly annotations: readonly Annotation[] }
  | { readonly kind: "problem"; readonly code: "sql_incomplete" | "directive_invalid"; readonly problem: TextProblem };

const FORM = "write it as -- lockstep:renamed from old_name";

/**
 * Reads the text. `-- lockstep:renamed from old` stands beside a column, or on a line in front of CREATE TABLE. Nothing else is a
 * directive here: the comments of other tools mean nothing.
 */
export function readWanted(text: string, file: string): WantedText {
  const { tokens, comments, problem } = tokenize(text);
  if (problem !== undefined) return { kind: "problem", code: "sql_incomplete", problem };
  const split = splitStatements(text, tokens);
  if (split.problem !== undefined) return { kind: "problem", code: "sql_incomplete", problem: split.problem };
  const { statements, ends } = split;
  const annotations: Annotation[] = [];
  for (const comment of comments) {
    const from = oldName(comment);
    if (from === undefined) continue;
    const place = { offset: comment.offset, length: comment.text.trimEnd().length };
    if (from === "") return misplaced(place, "this directive is not written as it has to be", FORM);
    const index = ends.findIndex((end) => end > comment.offset);
    const statement = statements[index];
    const table = statement === undefined ? undefined : parseObject(statement.text);
    const rename =
      statement === undefined || table?.kind !== "table"
        ? undefined
        : comment.offset < statement.offset
          ? ({ kind: "table", from, to: table.name } as const)
          : besideColumn(table, { from, offset: comment.offset - statement.offset });
    if (rename === undefined) {
      return misplaced(
        place,
        "this directive stands beside no column and in front of no CREATE TABLE",
        "write it at the end of the column's line, or on the line in front of CREATE TABLE",
      );
    }
    annotations.push({ rename, ...place });
  }
  return { kind: "wanted", script: { file, text, statements }, annotations };
}

/** The old name that a comment gives; "" where it cannot be read, undefined where the comment is about something else. */
function oldName(comment: Comment): string | undefined {
  const reading = readDirective(comment);
  if (reading.kind === "problem") return /^--[ \t]*lockstep:renamed\b/.test(comment.text) ? "" : undefined;
  if (reading.kind !== "directive" || reading.name !== "renamed") return undefined;
  return readNames(reading.argument, ["from", "NAME"])?.[0] ?? "";
}

function besideColumn(
  { name, columns }: Extract<ReturnType<typeof parseObject>, { kind: "table" }>,
  { from, offset }: { readonly from: string; readonly offset: number },
): Rename | undefined {
  const column = columns.find(({ comments }) => comments.some((own) => own.offset === offset));
  return column === undefined ? undefined : { kind: "column", table: name, from, to: column.name };
}

function misplaced(place: Pick<Annotation, "offset" | "length">, message: string, hint: string): WantedText {
  return { kind: "problem", code: "directive_invalid", problem: { message, hint, ...place } };
}

/** Whether a name is one that SQLite keeps for itself: a dump of its shell makes such tables, and nobody else can. */
export function isReserved(name: string): boolean {
  return /^sqlite_/i.test(unquoteIdentifier(name));
}
