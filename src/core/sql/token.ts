/** The lexical elements of SQL text: tokens and comments. */

/**
 * The kind of a token. `word` is a bare identifier or keyword, `quoted` an identifier in double quotes, back quotes or
 * brackets, `unknown` something that SQLite does not accept.
 */
export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "blob"
  | "number"
  | "parameter"
  | "operator"
  | "semicolon"
  | "unknown";

/** One token of SQL text. */
export interface Token {
  readonly kind: TokenKind;
  /** The token exactly as written. */
  readonly text: string;
  /** The UTF-16 offset of the token in the script. */
  readonly offset: number;
}

/** One comment with its delimiters, and without the line end that closes a line comment. */
export interface Comment {
  readonly text: string;
  /** The UTF-16 offset of the comment in the script. */
  readonly offset: number;
}

/** Something that keeps a text from being SQL, with the part of the text to point at. */
export interface TextProblem {
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  /** In UTF-16 units; at least 1. */
  readonly length: number;
}
