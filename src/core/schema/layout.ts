/** Divides the text between a table's parentheses among its definitions: which comment is about which of them. */
import type { Comment } from "../sql/token.ts";
import type { DefinitionPlace } from "./table.ts";
import type { Span } from "./span.ts";

/** A definition and the comma behind it. */
export interface ListEntry {
  readonly span: Span;
  readonly comma?: Span;
}

/** The places of all definitions, and the comments that belong to none. */
export interface Layout {
  readonly places: readonly DefinitionPlace[];
  readonly rest: readonly Comment[];
}

/**
 * A comment is about the definition in front of it if it begins on the line where that ends, and stands before the comma or at the
 * end of the line. Otherwise it is about the definition that follows. What no definition follows, and what stands behind the opening
 * parenthesis on its line, is about the table.
 */
export function layOut(
  sql: string,
  body: Span,
  { entries, comments }: { readonly entries: readonly ListEntry[]; readonly comments: readonly Comment[] },
): Layout {
  const owned: Comment[][] = entries.map(() => []);
  const rest: Comment[] = [];
  // The entry behind which, or inside of which, the comment stands; -1 for those before the first.
  let above = -1;
  for (const comment of comments) {
    while (above + 1 < entries.length && (entries[above + 1]?.span.start ?? 0) < comment.offset) above += 1;
    const isOutside = comment.offset < body.start || comment.offset >= body.end;
    const owner = isOutside ? undefined : ownerOf({ sql, body, comment }, entries, above);
    (owner === undefined ? rest : (owned[owner] ?? rest)).push(comment);
  }
  return { places: entries.map((entry, index) => placeOf(entry, owned[index] ?? [])), rest };
}

interface Place {
  readonly sql: string;
  readonly body: Span;
  readonly comment: Comment;
}

/** The index of the entry that the comment is about. */
function ownerOf({ sql, body, comment }: Place, entries: readonly ListEntry[], above: number): number | undefined {
  const before = entries[above];
  const after = entries[above + 1];
  if (before !== undefined && comment.offset < before.span.end) return above;
  const from = before?.span.end ?? body.start;
  const to = after?.span.start ?? body.end;
  const startsOnLine = !sql.slice(from, comment.offset).includes("\n");
  const endsLine = after === undefined || sql.slice(endOf(comment), to).includes("\n");
  const isBeforeComma = before?.comma !== undefined && comment.offset < before.comma.start;
  if (startsOnLine && (endsLine || isBeforeComma)) return before === undefined ? undefined : above;
  return after === undefined ? undefined : above + 1;
}

function placeOf({ span, comma }: ListEntry, comments: readonly Comment[]): DefinitionPlace {
  const first = comments[0];
  const last = comments.at(-1);
  const start = Math.min(span.start, first?.offset ?? span.start);
  const end = Math.max(span.end, last === undefined ? span.end : endOf(last));
  const region = { start, end };
  return { span, region, ...(comma === undefined ? {} : { comma }), comments };
}

function endOf({ offset, text }: Comment): number {
  return offset + text.length;
}
