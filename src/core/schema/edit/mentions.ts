/** Finds the columns that an expression of a table mentions: in a CHECK, a generated column or a default. */
import { DefinitionReader, Unreadable } from "../reader.ts";
import { canBeName } from "../reserved.ts";
import type { Expression, NameInText, Span } from "../span.ts";
import { tokenize } from "../../sql/tokenizer.ts";

/** A name where an expression can have that of a column. */
export interface Mention {
  readonly name: string;
  /** In the text that the span of the expression is about. */
  readonly span: Span;
  /** `double_quoted`: some connections take it for a string where no column has that name. */
  readonly form: "bare" | "double_quoted" | "quoted";
  /** The name in front of the dot. */
  readonly qualifier?: string;
}

/**
 * All mentions in an expression, or undefined where it holds something that no table may have, or that is not known here: a query, a
 * window. A table that exists has no such expression.
 */
export function mentionsIn({ text, span }: Expression): readonly Mention[] | undefined {
  const { tokens, problem } = tokenize(text);
  if (problem !== undefined) return undefined;
  const reader = new MentionReader(new DefinitionReader(text, tokens), span.start);
  try {
    return reader.read();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** What an open parenthesis belongs to. */
type Group = "group" | "list" | "call" | "cast";

/** Behind these an operand follows, where one is expected. */
const PREFIXES: ReadonlySet<string> = new Set(["CASE", "DISTINCT", "EXISTS", "FROM", "NOT", "WHEN"]);
const VALUES: ReadonlySet<string> = new Set(["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "NULL"]);
/** Words that SQLite never takes for names at the beginning of an operand, although they can be names elsewhere. */
const NO_OPERANDS: ReadonlySet<string> = new Set(["CAST", "RAISE"]);
/** Behind these an operand follows, where an operator is expected. */
const INFIXES: ReadonlySet<string> = new Set(
  "AND BETWEEN ELSE ESCAPE GLOB IS LIKE MATCH OR REGEXP THEN WHEN".split(" "),
);

/**
 * Reads an expression from left to right. Most keywords can also be names, `CASE end WHEN like THEN 1 END`: SQLite tells them apart by
 * whether it expects an operand or an operator, and so does this.
 */
class MentionReader {
  readonly #reader: DefinitionReader;
  readonly #offset: number;
  readonly #mentions: Mention[] = [];
  readonly #groups: Group[] = [];
  #expects: "operand" | "operator" = "operand";
  /** The token, by its index, that could begin a query. */
  #queryAt = -1;

  constructor(reader: DefinitionReader, offset: number) {
    this.#reader = reader;
    this.#offset = offset;
  }

  read(): readonly Mention[] {
    while (!this.#reader.isAtEnd) {
      if (this.#expects === "operand") this.#operand();
      else this.#operator();
    }
    if (this.#groups.length > 0 || this.#expects === "operand") this.#reader.fail("the rest of the expression");
    return this.#mentions;
  }

  #operand(): void {
    const reader = this.#reader;
    const token = reader.token();
    const keyword = reader.keyword();
    if (token?.kind === "operator") return this.#operandSign(token.text);
    if (token?.kind === "quoted" || reader.isOperator(".", 1)) return this.#name();
    if (keyword !== undefined && PREFIXES.has(keyword)) return reader.skip();
    // Where a query can stand it begins one, and is a name everywhere else.
    if (keyword === "WITH" && reader.at === this.#queryAt) reader.fail("an operand");
    if (keyword === "CAST" && reader.isOperator("(", 1)) {
      reader.skip();
      return this.#open("cast");
    }
    const isName = token?.kind === "word" && (keyword === undefined || isOperandName(keyword));
    if (isName) return this.#name();
    if (token?.kind === "word" && (keyword === undefined || !VALUES.has(keyword))) reader.fail("an operand");
    reader.skip();
    this.#expects = "operator";
  }

  #operandSign(text: string): void {
    const reader = this.#reader;
    if (text === "(") return this.#open("group");
    if (text === "+" || text === "-" || text === "~") return reader.skip();
    const group = this.#groups.at(-1);
    if (text === ")" && (group === "list" || group === "call")) return this.#close();
    if (text !== "*" || group !== "call") reader.fail("an operand");
    reader.skip();
    this.#expects = "operator";
  }

  /** A function, or a column with what stands in front of it. */
  #name(): void {
    const reader = this.#reader;
    let qualifier: NameInText | undefined;
    let name = reader.name("a name");
    if (reader.isOperator("(")) return this.#open("call");
    while (reader.operator(".") !== undefined) {
      qualifier = name;
      name = reader.name("a name");
    }
    const { start, end } = name.span;
    const first = reader.sql.charAt(start);
    this.#mentions.push({
      name: name.name,
      span: { start: this.#offset + start, end: this.#offset + end },
      form: first === '"' ? "double_quoted" : "[`'".includes(first) ? "quoted" : "bare",
      ...(qualifier === undefined ? {} : { qualifier: qualifier.name }),
    });
    this.#expects = "operator";
  }

  #operator(): void {
    const reader = this.#reader;
    const token = reader.token();
    const keyword = reader.keyword();
    if (token?.kind === "operator") {
      if (token.text === ")") return this.#close();
      if (token.text === "(" || token.text === "." || token.text === "~") reader.fail("an operator");
      if (token.text === "," && this.#groups.length === 0) reader.fail("an operator");
      reader.skip();
      this.#expects = "operand";
      return;
    }
    if (keyword !== undefined && INFIXES.has(keyword)) {
      reader.skip();
      this.#expects = "operand";
      return;
    }
    if (reader.take("IN")) return this.#open("list");
    if (reader.take("NOT", "NULL") || reader.take("NOT") || reader.take("END")) return;
    if (reader.take("ISNULL") || reader.take("NOTNULL")) return;
    if (reader.take("COLLATE")) return reader.skip();
    if (keyword === "AS" && this.#groups.at(-1) === "cast") return this.#skipType();
    reader.fail("an operator");
  }

  #open(group: Group): void {
    this.#reader.needOperator("(");
    this.#groups.push(group);
    this.#queryAt = group === "group" || group === "list" ? this.#reader.at : -1;
    this.#expects = "operand";
  }

  #close(): void {
    if (this.#groups.pop() === undefined) this.#reader.fail("an operator");
    this.#reader.needOperator(")");
    this.#expects = "operator";
  }

  /** AS and the words of a type, up to the parenthesis that ends CAST. */
  #skipType(): void {
    const reader = this.#reader;
    while (!reader.isAtEnd && !reader.isOperator(")")) {
      if (reader.isOperator("(")) reader.group();
      else reader.skip();
    }
  }
}

/** Whether SQLite reads a keyword without quotes as a name where an expression begins. */
export function isOperandName(keyword: string): boolean {
  return canBeName(keyword, "name") && !VALUES.has(keyword) && !NO_OPERANDS.has(keyword);
}
