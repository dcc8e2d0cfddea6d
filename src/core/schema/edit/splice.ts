/** Edits that keep the tokens beside them apart. */
import { isInWord, isSpaceInside } from "../../sql/character.ts";
import type { Edit } from "../edit.ts";
import type { Span } from "../span.ts";

/** Writes a text at a place. */
export function write(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

/** Takes parts of a text out, each with the white space that would be left over. Parts may touch. */
export function clear(sql: string, spans: readonly Span[]): readonly Edit[] {
  const cleared: Span[] = [];
  for (const span of spans.map((one) => withSpace(sql, one)).toSorted((left, right) => left.start - right.start)) {
    const last = cleared.at(-1);
    if (last === undefined || span.start > last.end) cleared.push(span);
    else cleared[cleared.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return cleared.map((span) => ({ span, text: "" }));
}

/** The edits with a space wherever two tokens would become one: `DEFAULT(1)` with 2 in place of the parentheses. */
export function separate(sql: string, edits: readonly Edit[]): readonly Edit[] {
  return edits.map(({ span, text }) => {
    const before = sql.charAt(span.start - 1);
    const behind = sql.charAt(span.end);
    if (text === "") return { span, text: canTouch(before, behind) ? "" : " " };
    const left = canTouch(before, text.charAt(0)) ? "" : " ";
    const right = canTouch(text.charAt(text.length - 1), behind) ? "" : " ";
    return { span, text: left + text + right };
  });
}

const OPERATORS = "-+*/<>=!|&";

/** Whether the tokenizer reads two characters as the end of one token and the beginning of the next. */
function canTouch(left: string, right: string): boolean {
  if (left === "" || right === "") return true;
  if (isInWord(left.charCodeAt(0))) return !isInWord(right.charCodeAt(0));
  if (OPERATORS.includes(left)) return !OPERATORS.includes(right);
  return left !== right || !"'\"`".includes(left);
}

/** The span with the white space in front of it; behind it, where that in front may be the end of a line comment. */
function withSpace(sql: string, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && isSpaceInside(sql.charCodeAt(from - 1))) from -= 1;
  let to = end;
  while (sql[to] === " " || sql[to] === "\t") to += 1;
  const endsLine = sql[to] === "\n" || sql[to] === "\r";
  if (!sql.slice(from, start).includes("\n") || endsLine) return { start: from, end };
  // In front of the end of all definitions, the beginning of the line would be white space in front of nothing.
  const isLast = to === sql.length || sql[to] === ")";
  return { start: isLast ? sql.lastIndexOf("\n", start - 1) + 1 : start, end: to };
}
