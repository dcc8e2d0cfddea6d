/** Reads the tokens of a statement from left to right. */
import { keywordOf } from "./keywords.ts";
import { unquoteIdentifier } from "./quote.ts";
import type { Token } from "./token.ts";

/** A name with the schema in front of it, where one is given. */
export interface QualifiedName {
  readonly name: string;
  readonly schema?: string;
}

/** A position in a list of tokens, for readers that know what they expect. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** The tokens from here on. */
  get rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }

  /** The keyword at this place, in upper case; undefined where something else stands. */
  peek(): string | undefined {
    const token = this.tokens[this.at];
    return token?.kind === "word" ? keywordOf(token.text) : undefined;
  }

  /** Takes the keyword at this place and gives it in upper case; takes nothing where something else stands. */
  keyword(): string | undefined {
    const keyword = this.peek();
    if (keyword !== undefined) this.at += 1;
    return keyword;
  }

  /** Takes all of these keywords and gives true, or takes nothing. */
  take(...keywords: readonly string[]): boolean {
    const start = this.at;
    for (const keyword of keywords) {
      if (this.peek() !== keyword) {
        this.at = start;
        return false;
      }
      this.at += 1;
    }
    return true;
  }

  /** Takes the operator and gives true, or takes nothing. */
  operator(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "operator" || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  /** Takes a name, quoted or not. Any word is one here, since many keywords can be names. */
  name(): string | undefined {
    const token = this.tokens[this.at];
    if (token === undefined || (token.kind !== "word" && token.kind !== "quoted" && token.kind !== "string"))
      return undefined;
    this.at += 1;
    return unquoteIdentifier(token.text);
  }

  /** Takes `name` or `schema.name`. */
  qualifiedName(): QualifiedName | undefined {
    const first = this.name();
    if (first === undefined) return undefined;
    if (!this.operator(".")) return { name: first };
    const second = this.name();
    return second === undefined ? undefined : { name: second, schema: first };
  }

  /** Takes everything from a `(` to its `)` and gives true; takes nothing where no `(` stands. */
  group(): boolean {
    if (!this.operator("(")) return false;
    for (let depth = 1; depth > 0 && this.at < this.tokens.length; this.at += 1) {
      const token = this.tokens[this.at];
      if (token?.kind !== "operator") continue;
      if (token.text === "(") depth += 1;
      if (token.text === ")") depth -= 1;
    }
    return true;
  }

  /** Moves to the next place where the keyword stands outside of parentheses, or to the end. */
  skipTo(keyword: string): void {
    while (this.at < this.tokens.length && this.peek() !== keyword) {
      if (!this.group()) this.at += 1;
    }
  }
}
