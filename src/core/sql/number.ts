/** The grammar of numeric literals. */
import { isDigit, isHexDigit, isInWord } from "./character.ts";

const UNDERSCORE = 0x5f;
const DOT = 0x2e;

/** Where a numeric literal ends, and whether SQLite accepts it. */
export interface NumberEnd {
  /** The offset behind it. */
  readonly end: number;
  readonly verdict: "legal" | "illegal";
}

/**
 * Reads the numeric literal at an offset: a digit, or a dot before a digit. SQLite takes whatever could belong to a name into
 * the literal and then refuses it as a whole: `12abc` is no `12` with an alias.
 */
export function numberEnd(text: string, start: number): NumberEnd {
  const hexadecimal = isHexadecimal(text, start);
  let end = hexadecimal ? digitsEnd(text, start + 2, isHexDigit) : decimalEnd(text, start);
  let legal = separatorsAreLegal(text, start, end, hexadecimal ? isHexDigit : isDigit);
  while (isInWord(text.charCodeAt(end))) {
    legal = false;
    end += 1;
  }
  return { end, verdict: legal ? "legal" : "illegal" };
}

function isHexadecimal(text: string, start: number): boolean {
  if (text.charCodeAt(start) !== 48) return false;
  const marker = text[start + 1];
  return (marker === "x" || marker === "X") && isHexDigit(text.charCodeAt(start + 2));
}

function decimalEnd(text: string, start: number): number {
  let end = digitsEnd(text, start, isDigit);
  if (text.charCodeAt(end) === DOT) end = digitsEnd(text, end + 1, isDigit);
  const marker = text[end];
  if (marker !== "e" && marker !== "E") return end;
  const sign = text[end + 1];
  const digits = sign === "+" || sign === "-" ? end + 2 : end + 1;
  // Without a digit behind it the letter begins no exponent.
  return isDigit(text.charCodeAt(digits)) ? digitsEnd(text, digits, isDigit) : end;
}

function digitsEnd(text: string, from: number, isDigitOf: (code: number) => boolean): number {
  let end = from;
  for (;;) {
    const code = text.charCodeAt(end);
    if (!isDigitOf(code) && code !== UNDERSCORE) return end;
    end += 1;
  }
}

/** Each underscore must stand between two digits. */
function separatorsAreLegal(text: string, start: number, end: number, isDigitOf: (code: number) => boolean): boolean {
  for (let at = start; at < end; at += 1) {
    if (text.charCodeAt(at) !== UNDERSCORE) continue;
    if (!isDigitOf(text.charCodeAt(at - 1)) || !isDigitOf(text.charCodeAt(at + 1))) return false;
  }
  return true;
}
