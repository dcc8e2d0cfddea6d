/** Reads the pieces of SQL that an operation is given, and takes nothing that is more or less than one piece. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { Default } from "../constraint.ts";
import { parseObject } from "../parse.ts";
import type { UnreadableText } from "../schema.ts";
import type { Expression } from "../span.ts";
import type { Column, Table } from "../table.ts";
import { mentionsIn } from "./mentions.ts";
import { refuse } from "./problem.ts";

/** A column as its definition tells. */
export interface ColumnFragment {
  readonly text: string;
  readonly column: Column;
}

/** Reads a definition such as `age INTEGER NOT NULL`. Throws RefusedEdit. */
export function readColumnFragment(definition: string): ColumnFragment {
  const text = readPiece(definition, "the definition of a column");
  const table = readTableWith("", text);
  if (table.kind === "unreadable") refuse("invalid_argument", `"${text}" is no column: ${table.what}`, COLUMN_HINT);
  const [column, ...more] = table.columns;
  const isOne = more.length === 0 && table.definitions.length === 1 && table.source.options.length === 0;
  if (column === undefined || !isOne) refuse("invalid_argument", `"${text}" is more than one column`, COLUMN_HINT);
  return { text, column };
}

const COLUMN_HINT = "write one column as in CREATE TABLE: age INTEGER NOT NULL DEFAULT 0";

/** Reads a type such as `VARCHAR(10)`, and gives the text and the type as SQLite reports it. "" is none. Throws RefusedEdit. */
export function readTypeFragment(type: string): { readonly text: string; readonly type: string } {
  const text = readPiece(type, "the type");
  if (text === "") return { text, type: "" };
  const table = readTableWith("x ", text);
  const column = table.kind === "table" ? table.columns[0] : undefined;
  const place = column?.source.type;
  const isWhole = place !== undefined && place.end - place.start === text.length;
  if (column === undefined || !isWhole || column.constraints.length > 0) {
    refuse("invalid_argument", `"${text}" is no type`, "write the words of a type: INTEGER, TEXT, VARCHAR(10)");
  }
  return { text, type: column.type };
}

/** Reads one expression; the text without the white space around it. Throws RefusedEdit. */
export function readExpressionFragment(expression: string): string {
  const text = readPiece(expression, "the expression");
  const { tokens } = tokenize(text);
  let depth = 0;
  let isWhole = tokens.length > 0;
  for (const token of tokens) {
    if (token.kind === "semicolon") isWhole = false;
    if (token.kind !== "operator") continue;
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth < 0 || (depth === 0 && token.text === ",")) isWhole = false;
  }
  if (!isWhole || depth !== 0) {
    refuse("invalid_argument", `"${text}" is no expression`, "write one expression of SQL, its parentheses closed");
  }
  return text;
}

/** What follows DEFAULT. */
export interface DefaultFragment {
  readonly text: string;
  readonly constraint: Pick<Default, "kind" | "text" | "form">;
}

/** Reads a literal, or an expression, for which it sets parentheses where there are none. Throws RefusedEdit. */
export function readDefaultFragment(expression: string): DefaultFragment {
  const bare = readExpressionFragment(expression);
  const read = readDefaultText(bare) ?? readDefaultText(`(${bare})`);
  if (read === undefined) refuse("invalid_argument", `"${bare}" is no value`, DEFAULT_HINT);
  const mentions = mentionsIn(wholeExpression(read.constraint.text)) ?? [];
  const mention = mentions.find(({ name, form }) => form !== "bare" || !/^(?:true|false)$/i.test(name));
  if (mention !== undefined) {
    refuse("invalid_argument", `a default cannot be made of names, and "${mention.name}" is one`, DEFAULT_HINT);
  }
  return read;
}

const DEFAULT_HINT = "write a number, a string in single quotes, or an expression without columns";

/** An expression that is a text of its own. */
export function wholeExpression(text: string): Expression {
  return { text, span: { start: 0, end: text.length } };
}

function readDefaultText(text: string): DefaultFragment | undefined {
  const table = readTableWith("x DEFAULT ", text);
  const [constraint, ...more] = table.kind === "table" ? (table.columns[0]?.constraints ?? []) : [];
  if (constraint?.kind !== "default" || more.length > 0) return undefined;
  const { value } = constraint.source;
  if (value.end - value.start !== text.length) return undefined;
  return { text, constraint: { kind: "default", text: constraint.text, form: constraint.form } };
}

/** A table with one definition. The line end keeps a line comment in it from reaching further. */
function readTableWith(before: string, text: string): Table | UnreadableText {
  const object = parseObject(`CREATE TABLE t (${before}${text}\n)`);
  if (object.kind === "table" || object.kind === "unreadable") return object;
  return { kind: "unreadable", what: `it is a ${object.kind}`, offset: 0 };
}

/** The text without white space around it. Refuses what would swallow the text behind it. */
function readPiece(text: string, what: string): string {
  const { tokens, comments, problem } = tokenize(text);
  if (problem !== undefined) refuse("invalid_argument", problem.message, problem.hint);
  const last = comments.at(-1);
  const isOpen = last !== undefined && (last.text.startsWith("--") || !/^\/\*[^]*\*\/$/.test(last.text));
  if (isOpen && last.offset > (tokens.at(-1)?.offset ?? -1)) {
    refuse("invalid_argument", `${what} ends with a comment that has no end`, "write it as /* … */");
  }
  return text.replaceAll(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");
}
