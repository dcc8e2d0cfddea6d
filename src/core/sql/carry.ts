/** Which columns a statement copies just as they are: what carries the values of a column over to another name. */
import { keywordOf } from "./keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "./quote.ts";
import type { Statement } from "./script.ts";
import type { Token } from "./token.ts";
import { TokenReader } from "./token-reader.ts";

/** A column that is copied to another, in the same row or to a row of its own. Names are folded as SQLite folds them. */
export interface Carry {
  /** The table that it is copied from. */
  readonly table: string;
  readonly from: string;
  /** Its name, or its place among the columns of the table that is filled, from 0. */
  readonly to: string | number;
}

/** Whether a statement fills a table with rows of others, of which one `isSource`. Names are folded. */
export function carriesRowsOf({ tokens }: Statement, isSource: (table: string) => boolean): boolean {
  const reader = new TokenReader(tokens);
  if (reader.take("CREATE")) {
    reader.skipTo("AS");
    reader.take("AS");
  } else {
    if (reader.peek() === "WITH") reader.skipTo("INSERT");
    if (!reader.take("INSERT") && !reader.take("REPLACE")) return false;
    if (reader.take("OR")) reader.keyword();
    reader.take("INTO");
    reader.qualifiedName();
    reader.group();
  }
  const isQuery = ["SELECT", "WITH"].includes(reader.peek() ?? "");
  return isQuery && tokens.some(({ text }) => isSource(foldIdentifier(unquoteIdentifier(text))));
}

/** The columns that `INSERT INTO … (…) SELECT … FROM …` or `UPDATE … SET …` copies; none where WHERE may leave rows out. */
export function carriesOf({ tokens }: Statement): readonly Carry[] {
  const reader = new TokenReader(tokens);
  if (has(tokens, "WHERE")) return [];
  if (reader.take("UPDATE")) return carriedByUpdate(reader, tokens);
  if (!reader.take("INSERT")) return [];
  if (reader.take("OR")) reader.keyword();
  reader.take("INTO");
  reader.qualifiedName();
  const [list] = groupOf(reader);
  if (!reader.take("SELECT")) return [];
  const items = splitAtCommas(upTo(reader.rest, "FROM"));
  reader.skipTo("FROM");
  reader.take("FROM");
  const source = reader.qualifiedName();
  const targets = list === undefined ? [...items.keys()] : splitAtCommas(list).map(bareColumn);
  if (source === undefined || targets.length !== items.length) return [];
  return items.flatMap((item, index) => carry(source.name, bareColumn(item), targets[index]));
}

function carriedByUpdate(reader: TokenReader, tokens: readonly Token[]): readonly Carry[] {
  if (reader.take("OR")) reader.keyword();
  const table = reader.qualifiedName();
  if (table === undefined || !reader.take("SET") || has(tokens, "FROM")) return [];
  return splitAtCommas(reader.rest).flatMap((assignment) => {
    const equals = assignment.findIndex(({ text }) => text === "=");
    if (equals < 1) return [];
    return carry(table.name, bareColumn(assignment.slice(equals + 1)), bareColumn(assignment.slice(0, equals)));
  });
}

function carry(table: string, from: string | undefined, to: Carry["to"] | undefined): readonly Carry[] {
  return from === undefined || to === undefined ? [] : [{ table: foldIdentifier(table), from, to }];
}

/** The tokens within the `(` … `)` at this place, in a list of one; an empty list where none stands. */
function groupOf(reader: TokenReader): readonly (readonly Token[])[] {
  const before = reader.rest;
  if (!reader.group()) return [];
  return [before.slice(1, before.length - reader.rest.length - 1)];
}

function has(tokens: readonly Token[], keyword: string): boolean {
  return upTo(tokens, keyword).length < tokens.length;
}

/** The tokens in front of a keyword that stands outside of parentheses. */
function upTo(tokens: readonly Token[], keyword: string): readonly Token[] {
  const reader = new TokenReader(tokens);
  reader.skipTo(keyword);
  return tokens.slice(0, tokens.length - reader.rest.length);
}

function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "operator" && token.text === "(") depth += 1;
    if (token.kind === "operator" && token.text === ")") depth -= 1;
    if (depth === 0 && token.kind === "operator" && token.text === ",") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** `name`, `table.name`, or one of them with `AS other`. */
function bareColumn(tokens: readonly Token[]): string | undefined {
  const own = upTo(tokens, "AS");
  const last = own.at(-1);
  const isBare = own.length === 1 || (own.length === 3 && own[1]?.text === ".");
  if (!isBare || last === undefined || !isName(last)) return undefined;
  return foldIdentifier(unquoteIdentifier(last.text));
}

/** Many keywords can be names; these are values. */
const VALUES: ReadonlySet<string | undefined> = new Set(["NULL", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]);

function isName({ kind, text }: Token): boolean {
  return kind === "quoted" || (kind === "word" && !VALUES.has(keywordOf(text)));
}
