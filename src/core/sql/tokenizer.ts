/** Cuts SQL text into tokens and comments, by the lexical rules of SQLite itself (its tokenize.c). */
import * as character from "./character.ts";
import { illegalCharacter, illegalToken, nulCharacter, unterminated } from "./lexical-problem.ts";
import { numberEnd } from "./number.ts";
import type { Comment, TextProblem, Token, TokenKind } from "./token.ts";

/** What a text consists of. Between the tokens and comments lies nothing but white space. */
export interface TokenizeResult {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** The first thing that SQLite would refuse to read; the tokens go on behind it. */
  readonly problem?: TextProblem;
}

/** Reads the whole text, in time proportional to its length. */
export function tokenize(text: string): TokenizeResult {
  const scanner = new Scanner(text);
  let offset = 0;
  while (offset < text.length) offset = scanner.step(offset);
  const nul = text.indexOf("\0");
  let problem = scanner.problem;
  // SQLite takes a NUL for the end of the text, even in a string or comment, and silently drops what follows.
  if (nul >= 0 && (problem === undefined || nul <= problem.offset)) problem = nulCharacter(nul);
  const { tokens, comments } = scanner;
  return problem === undefined ? { tokens, comments } : { tokens, comments, problem };
}

const MINUS = 0x2d;
const STAR = 0x2a;
const EQUAL = 0x3d;
const LESS = 0x3c;
const GREATER = 0x3e;
const BAR = 0x7c;
const EXCLAMATION = 0x21;
const SINGLE_QUOTE = 0x27;
const COLON = 0x3a;
const OPENING_PARENTHESIS = 0x28;

class Scanner {
  readonly tokens: Token[] = [];
  readonly comments: Comment[] = [];
  problem: TextProblem | undefined;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads what begins at the offset and gives the offset behind it. */
  step(start: number): number {
    const { text } = this;
    const code = text.charCodeAt(start);
    switch (character.classOf(code)) {
      case character.SPACE:
        return this.space(start, code);
      case character.WORD:
        return this.word(start);
      case character.OPERATOR:
        return this.operator(start, code);
      case character.DIGIT:
        return this.number(start);
      case character.QUOTE:
        return this.quoted(start, code);
      case character.SEMICOLON:
        return this.push("semicolon", start, start + 1);
      case character.DOT:
        return character.isDigit(text.charCodeAt(start + 1))
          ? this.number(start)
          : this.push("operator", start, start + 1);
      case character.MINUS:
        return text.charCodeAt(start + 1) === MINUS ? this.lineComment(start) : this.operator(start, code);
      case character.SLASH:
        return this.slash(start);
      case character.LETTER_X:
        return text.charCodeAt(start + 1) === SINGLE_QUOTE ? this.blob(start) : this.word(start);
      case character.PARAMETER:
        return this.parameter(start);
      case character.QUESTION:
        return this.numberedParameter(start);
      case character.BRACKET:
        return this.bracketed(start);
      default:
        return this.reject(start, start + 1, () => illegalCharacter(text, start));
    }
  }

  private push(kind: TokenKind, start: number, end: number): number {
    this.tokens.push({ kind, text: this.text.slice(start, end), offset: start });
    return end;
  }

  private reject(start: number, end: number, describe: () => TextProblem): number {
    // Only the first problem is told, so a text full of them still takes no more than linear time.
    this.problem ??= describe();
    return this.push("unknown", start, end);
  }

  private space(start: number, code: number): number {
    let end = start + 1;
    // A byte order mark stands alone; behind other white space any more of it follows.
    if (code < 128) while (character.isSpaceInside(this.text.charCodeAt(end))) end += 1;
    return end;
  }

  private word(start: number): number {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && character.isInWord(text.charCodeAt(end))) end += 1;
    return this.push("word", start, end);
  }

  private number(start: number): number {
    const { end, verdict } = numberEnd(this.text, start);
    return verdict === "legal"
      ? this.push("number", start, end)
      : this.reject(start, end, () => illegalToken(this.text, start, end));
  }

  private operator(start: number, code: number): number {
    const length = operatorLength(code, this.text.charCodeAt(start + 1), this.text.charCodeAt(start + 2));
    if (length > 0) return this.push("operator", start, start + length);
    return this.reject(start, start + 1, () => illegalCharacter(this.text, start));
  }

  private lineComment(start: number): number {
    const { text } = this;
    const newline = text.indexOf("\n", start + 2);
    let end = newline < 0 ? text.length : newline;
    // The CR of a CRLF belongs to the line end, which is white space, and not to the comment.
    if (newline > 0 && text.charCodeAt(newline - 1) === 13) end -= 1;
    this.comments.push({ text: text.slice(start, end), offset: start });
    return end;
  }

  private slash(start: number): number {
    const { text } = this;
    // The two characters at the very end of a text are operators for SQLite, not an open comment.
    if (text.charCodeAt(start + 1) !== STAR || start + 2 >= text.length) return this.push("operator", start, start + 1);
    const close = text.indexOf("*/", start + 2);
    // SQLite lets a comment that is never closed run to the end of the text.
    const end = close < 0 ? text.length : close + 2;
    this.comments.push({ text: text.slice(start, end), offset: start });
    return end;
  }

  private quoted(start: number, code: number): number {
    const { text } = this;
    const quote = String.fromCharCode(code);
    let close = text.indexOf(quote, start + 1);
    while (close >= 0 && text.charCodeAt(close + 1) === code) close = text.indexOf(quote, close + 2);
    if (close < 0)
      return this.reject(start, text.length, () =>
        unterminated(text, start, code === SINGLE_QUOTE ? "string" : "name"),
      );
    return this.push(code === SINGLE_QUOTE ? "string" : "quoted", start, close + 1);
  }

  private bracketed(start: number): number {
    const close = this.text.indexOf("]", start + 1);
    if (close < 0) return this.reject(start, this.text.length, () => unterminated(this.text, start, "name"));
    return this.push("quoted", start, close + 1);
  }

  private blob(start: number): number {
    const { text } = this;
    let end = start + 2;
    while (character.isHexDigit(text.charCodeAt(end))) end += 1;
    if (text.charCodeAt(end) === SINGLE_QUOTE && (end - start) % 2 === 0) return this.push("blob", start, end + 1);
    const close = text.indexOf("'", end);
    if (close < 0) return this.reject(start, text.length, () => unterminated(text, start, "blob"));
    return this.reject(start, close + 1, () => illegalToken(text, start, close + 1));
  }

  private numberedParameter(start: number): number {
    let end = start + 1;
    while (character.isDigit(this.text.charCodeAt(end))) end += 1;
    return this.push("parameter", start, end);
  }

  /** `:name`, `@name`, `#name`, `$name`, and the form of Tcl variables: `$space::name(index)`. */
  private parameter(start: number): number {
    const { text } = this;
    let end = start + 1;
    let named = false;
    for (;;) {
      const code = text.charCodeAt(end);
      if (character.isInWord(code)) {
        named = true;
        end += 1;
      } else if (code === COLON && text.charCodeAt(end + 1) === COLON) {
        end += 2;
      } else {
        break;
      }
    }
    if (!named) return this.reject(start, end, () => illegalToken(text, start, end));
    if (text.charCodeAt(end) !== OPENING_PARENTHESIS) return this.push("parameter", start, end);
    const close = indexEnd(text, end + 1);
    if (text[close] === ")") return this.push("parameter", start, close + 1);
    return this.reject(start, close, () => illegalToken(text, start, close));
  }
}

/** The offset of the first `)` or white space, or the end of the text. */
function indexEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== ")" && !character.isSpaceInside(text.charCodeAt(end))) end += 1;
  return end;
}

/** The length of the operator of which these are the first characters; 0 where they are none. */
function operatorLength(code: number, second: number, third: number): number {
  switch (code) {
    case MINUS:
      if (second !== GREATER) return 1;
      return third === GREATER ? 3 : 2;
    case EQUAL:
      return second === EQUAL ? 2 : 1;
    case LESS:
      return second === EQUAL || second === GREATER || second === LESS ? 2 : 1;
    case GREATER:
      return second === EQUAL || second === GREATER ? 2 : 1;
    case BAR:
      return second === BAR ? 2 : 1;
    case EXCLAMATION:
      return second === EQUAL ? 2 : 0;
    default:
      return 1;
  }
}
