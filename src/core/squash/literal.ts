/** A value of a row as SQL that gives exactly this value again. */

/** A value, with what JavaScript could not keep of it: bytes are hexadecimal, as text is, whose bytes need not be UTF-8. */
export type StoredValue =
  | { readonly kind: "null" }
  | { readonly kind: "integer"; readonly digits: string }
  | { readonly kind: "real"; readonly number: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "damaged_text"; readonly hex: string }
  | { readonly kind: "blob"; readonly hex: string };

/** The literal, or an expression where there is none: SQL holds no NUL, and line ends in it do not survive every editor. */
export function literal(value: StoredValue): string {
  switch (value.kind) {
    case "null":
      return "NULL";
    case "integer":
      return value.digits;
    case "real":
      return realLiteral(value.number);
    case "text":
      return textLiteral(value.text);
    case "damaged_text":
      return `CAST(X'${value.hex}' AS TEXT)`;
    case "blob":
      return `X'${value.hex}'`;
  }
}

/** As many digits as every version of SQLite reads to the nearest number, as long as the power of ten is small. */
const SAFE_DIGITS = 15;
const SAFE_POWER = 22;

/**
 * The shortest digits where every version of SQLite reads them as this number; older ones are off by the last bit for long ones. Those
 * are put together of whole numbers, by steps that do not round.
 */
function realLiteral(number: number): string {
  if (!Number.isFinite(number)) return number > 0 ? "9e999" : "-9e999";
  const shortest = Object.is(number, -0) ? "-0" : String(number);
  const digits = shortest.replace(/e.*$/, "").replaceAll(/[-.]/g, "").replace(/^0+/, "");
  const power = number === 0 ? 0 : Math.floor(Math.log10(Math.abs(number)));
  if (digits.length > SAFE_DIGITS || Math.abs(power) > SAFE_POWER) return exactReal(number);
  return /[.e]/.test(shortest) ? shortest : `${shortest}.0`;
}

/** The largest power of two that SQLite has as an integer. */
const LARGEST = 62;

/** The number as an odd integer that is multiplied, or divided, by powers of two. */
function exactReal(number: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, number);
  const encoded = bits.getBigUint64(0);
  const stored = Number((encoded >> 52n) & 0x7ffn);
  const fraction = encoded & 0xfffffffffffffn;
  let mantissa = stored === 0 ? fraction : fraction | 0x10000000000000n;
  let exponent = Math.max(stored, 1) - 1075;
  while (mantissa % 2n === 0n) {
    mantissa /= 2n;
    exponent += 1;
  }
  const steps: string[] = [];
  for (let left = Math.abs(exponent); left > 0; left -= LARGEST)
    steps.push(String(2n ** BigInt(Math.min(left, LARGEST))));
  const operator = exponent < 0 ? " / " : " * ";
  return [`CAST(${number < 0 ? "-" : ""}${mantissa} AS REAL)`, ...steps].join(operator);
}

/** Parts in quotes, and `char()` for the control characters between them. A function takes 127 arguments in older versions of SQLite. */
function textLiteral(text: string): string {
  const parts = (text.match(/\p{Cc}{1,100}|\P{Cc}+/gu) ?? []).map((part) =>
    /^\p{Cc}/u.test(part) ? `char(${Array.from(part, codeOf).join(", ")})` : `'${part.replaceAll("'", "''")}'`,
  );
  return parts.length === 0 ? "''" : concatenate(parts);
}

/** How many parts follow each other: SQLite refuses an expression that is a thousand operators deep. */
const TOGETHER = 100;

/** The parts as one expression, in parentheses where they are many: a text of a thousand lines has two thousand. */
function concatenate(parts: readonly string[]): string {
  if (parts.length <= TOGETHER) return parts.join(" || ");
  const groups: string[] = [];
  for (let at = 0; at < parts.length; at += TOGETHER) groups.push(`(${parts.slice(at, at + TOGETHER).join(" || ")})`);
  return concatenate(groups);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
