/** Reads the tokens of one object's text from left to right, and refuses what it does not expect. */
import { isSpaceInside } from "../sql/character.ts";
import { keywordOf } from "../sql/keywords.ts";
import { unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { canBeName, type NameUse } from "./reserved.ts";
import type { Expression, NameInText, Span } from "./span.ts";

/** Thrown by the readers of this folder, and caught where the reading began: it never leaves `parseObject`. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly what: string;
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.what = what;
    this.offset = offset;
  }
}

/** Unlike the reader of statements, it knows the place of all that it takes, and which words are no names. */
export class DefinitionReader {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, tokens: readonly Token[]) {
    this.sql = sql;
    this.#tokens = tokens;
  }

  /** The index of the next token. */
  get at(): number {
    return this.#at;
  }

  /** Where the next token begins, or the text ends. */
  get offset(): number {
    return this.#tokens[this.#at]?.offset ?? this.sql.length;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** A token from here on, without taking it. */
  token(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** The keyword that the token is, in upper case; undefined for anything else. */
  keyword(ahead = 0): string | undefined {
    const token = this.token(ahead);
    return token?.kind === "word" ? keywordOf(token.text) : undefined;
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.token(ahead);
    return token?.kind === "operator" && token.text === text;
  }

  /** Goes back to a token that was taken. */
  moveTo(at: number): void {
    this.#at = at;
  }

  /** Takes the next token, whatever it is. */
  skip(): void {
    this.#at += 1;
  }

  /** Takes all of these keywords and gives true, or takes nothing. */
  take(...keywords: readonly string[]): boolean {
    if (!keywords.every((keyword, ahead) => this.keyword(ahead) === keyword)) return false;
    this.#at += keywords.length;
    return true;
  }

  /** Takes the first of these keywords that is there. */
  takeOneOf<const Keyword extends string>(...keywords: readonly Keyword[]): Keyword | undefined {
    const found = keywords.find((keyword) => keyword === this.keyword());
    if (found !== undefined) this.#at += 1;
    return found;
  }

  /** Takes a word without quotes that is one of these, which may be no keywords, and gives it in upper case. */
  word(...words: readonly string[]): string | undefined {
    const token = this.token();
    const found = token?.kind === "word" && /^[A-Za-z]+$/.test(token.text) ? token.text.toUpperCase() : undefined;
    if (found === undefined || !words.includes(found)) return undefined;
    this.#at += 1;
    return found;
  }

  need(...keywords: readonly string[]): void {
    if (!this.take(...keywords)) this.fail(keywords.join(" "));
  }

  /** Takes the operator and gives its place, or takes nothing. */
  operator(text: string): Span | undefined {
    if (!this.isOperator(text)) return undefined;
    this.#at += 1;
    return this.spanFrom(this.#at - 1);
  }

  needOperator(text: string): Span {
    return this.operator(text) ?? this.fail(`"${text}"`);
  }

  /** Takes a name, where SQLite would. A string in single quotes counts as one, except behind DEFAULT. */
  name(what: string, use: NameUse = "name"): NameInText {
    if (!this.isName(use)) this.fail(what);
    this.#at += 1;
    const span = this.spanFrom(this.#at - 1);
    return { name: unquoteIdentifier(this.sql.slice(span.start, span.end)), span };
  }

  /** Whether SQLite would read a name here. */
  isName(use: NameUse): boolean {
    const token = this.token();
    if (token?.kind === "quoted") return true;
    if (token?.kind === "string") return use !== "value";
    if (token?.kind !== "word") return false;
    const keyword = keywordOf(token.text);
    return keyword === undefined || canBeName(keyword, use);
  }

  /** From a token to the last one that was taken. */
  spanFrom(first: number): Span {
    const last = this.#tokens[this.#at - 1];
    const start = this.#tokens[first]?.offset ?? this.sql.length;
    return { start, end: last === undefined ? start : last.offset + last.text.length };
  }

  /** Takes everything from a `(` to its `)`, and gives what is between them. */
  group(): Expression {
    const open = this.needOperator("(");
    const first = this.#at;
    this.#skipToClosing(open);
    if (this.#at === first) this.fail("an expression");
    this.#at += 1;
    return this.expression({ start: open.end, end: this.spanFrom(this.#at - 1).start });
  }

  /** The same where what stands between may be nothing, and does not matter. */
  skipGroup(): void {
    this.#skipToClosing(this.needOperator("("));
    this.#at += 1;
  }

  /** The part of the text, without the white space at its ends: what the isspace() of C calls so, and no byte order mark. */
  expression(span: Span): Expression {
    let { start, end } = span;
    while (start < end && isSpaceInside(this.sql.charCodeAt(start))) start += 1;
    while (end > start && isSpaceInside(this.sql.charCodeAt(end - 1))) end -= 1;
    return { text: this.sql.slice(start, end), span: { start, end } };
  }

  /** Refuses the next token. */
  fail(expected: string): never {
    const token = this.token();
    const found = token === undefined ? "the end" : `"${shorten(token.text)}"`;
    return this.refuse(`expected ${expected} and found ${found}`);
  }

  /** Refuses what begins with the next token, for a reason. */
  refuse(what: string): never {
    throw new Unreadable(what, this.offset);
  }

  /** Moves behind everything that the parenthesis holds, to the one that closes it. */
  #skipToClosing(open: Span): void {
    for (let depth = 1; !this.isAtEnd; this.#at += 1) {
      if (this.isOperator("(")) depth += 1;
      if (this.isOperator(")")) depth -= 1;
      if (depth === 0) return;
    }
    throw new Unreadable("this parenthesis is never closed", open.start);
  }
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
