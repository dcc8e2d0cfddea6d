/** What a character can begin in SQL, as SQLite's tokenizer decides it. */

/** The classes of characters, by what a token that begins with one is. */
export const ILLEGAL = 0;
export const SPACE = 1;
export const WORD = 2;
export const DIGIT = 3;
export const QUOTE = 4;
export const BRACKET = 5;
export const PARAMETER = 6;
export const QUESTION = 7;
export const OPERATOR = 8;
export const SEMICOLON = 9;
export const MINUS = 10;
export const SLASH = 11;
export const DOT = 12;
export const LETTER_X = 13;

/** U+FEFF, which SQLite skips wherever a token could begin. */
const BYTE_ORDER_MARK = 0xfeff;

const CLASSES = new Uint8Array(128);
const IN_WORD = new Uint8Array(128);

function assign(characters: string, characterClass: number): void {
  for (const character of characters) CLASSES[character.charCodeAt(0)] = characterClass;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
assign(`${LETTERS}${LETTERS.toUpperCase()}_`, WORD);
assign("xX", LETTER_X);
assign(DIGITS, DIGIT);
assign(" \t\n\f\r", SPACE);
assign("'\"`", QUOTE);
assign("[", BRACKET);
assign("$@#:", PARAMETER);
assign("?", QUESTION);
assign("(),+*%&~=<>|!", OPERATOR);
assign(";", SEMICOLON);
assign("-", MINUS);
assign("/", SLASH);
assign(".", DOT);
for (const character of `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}_$`) IN_WORD[character.charCodeAt(0)] = 1;

/** The class of the character that a token begins with. Everything beyond ASCII can begin a name. */
export function classOf(code: number): number {
  if (code < 128) return CLASSES[code] ?? ILLEGAL;
  return code === BYTE_ORDER_MARK ? SPACE : WORD;
}

/** Whether a character can stand inside a name or keyword. False for NaN, which is what lies behind the end of a text. */
export function isInWord(code: number): boolean {
  return code >= 128 || IN_WORD[code] === 1;
}

/** Whether a character is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a character is a hexadecimal digit. */
export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Whether a character continues white space. The vertical tab does, although it cannot begin it. */
export function isSpaceInside(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
