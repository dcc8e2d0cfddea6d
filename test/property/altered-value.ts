/** Values as SQL literals, as SQLite's quote() writes them. */

/** Values that types, keys and collations treat differently. None is the greatest row id: behind that SQLite gives out random ones. */
export const VALUES: readonly string[] = [
  "NULL",
  "NULL",
  "0",
  "1",
  "-1",
  "42",
  "7",
  "9007199254740993",
  "9223372036854775000",
  "-9223372036854775808",
  "1.5",
  "3.0",
  "0.30000000000000004",
  "1.0e+300",
  "-0.0",
  "9.0e+999",
  "'a'",
  "'A'",
  "'a '",
  "'abc'",
  "'7'",
  "'007'",
  "'1e3'",
  "'1.0'",
  "'0.5'",
  "'12345678901234567890'",
  "'9007199254740993'",
  "''",
  "' 5 '",
  "'ä''\"'",
  "X''",
  "X'01ff'",
  "X'616263'",
];

/** Values for a column of this type in a STRICT table; NULL where it takes no others. */
export function valuesFor(type: string, strict: boolean): readonly string[] {
  if (!strict || type === "ANY") return VALUES;
  const fits: Readonly<Record<string, RegExp>> = {
    INTEGER: /^-?\d+$/,
    INT: /^-?\d+$/,
    REAL: /^-?\d+(?:\.\d+(?:e\+\d+)?)?$/,
    TEXT: /^'/,
    BLOB: /^X/,
  };
  return VALUES.filter((value) => value === "NULL" || fits[type]?.test(value) === true);
}

/** A stored value: its literal, and what CAST AS TEXT makes of it. */
export interface Stored {
  readonly literal: string;
  readonly text: string | null;
}

type Kind = "null" | "integer" | "real" | "text" | "blob";

function kindOf(literal: string): Kind {
  if (literal === "NULL") return "null";
  if (literal.startsWith("X'")) return "blob";
  if (literal.startsWith("'")) return "text";
  return /^-?\d+$/.test(literal) ? "integer" : "real";
}

function textOf(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'");
}

/** Whether the value before can be had back from the value after. */
export function isSameValue(before: Stored, after: Stored): boolean {
  if (before.literal === after.literal) return true;
  const [from, to] = [kindOf(before.literal), kindOf(after.literal)];
  if (from === "integer" && to === "real") return sameNumber(before.literal, after.literal);
  if (from === "real" && to === "integer") return sameNumber(after.literal, before.literal);
  if (from === "real" && to === "real") return Number(before.literal) === Number(after.literal);
  if (from === "integer" && to === "text") return textOf(after.literal) === before.literal;
  if (from === "real" && to === "text") return Number(textOf(after.literal)) === Number(before.literal);
  if (from === "text" && (to === "integer" || to === "real")) return after.text === textOf(before.literal);
  return false;
}

function sameNumber(integer: string, real: string): boolean {
  const value = Number(real);
  return Number.isSafeInteger(value) || Number.isInteger(value) ? BigInt(value) === BigInt(integer) : false;
}
