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

/** The shortest digits that JavaScript reads as the same number, with something that makes it no integer. */
function realLiteral(number: number): string {
  if (!Number.isFinite(number)) return number > 0 ? "9e999" : "-9e999";
  const digits = Object.is(number, -0) ? "-0" : String(number);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

const CONTROL = /([\u0000-\u001F\u007F]+)/;

/** Parts in quotes, and `char()` for what stands between them. */
function textLiteral(text: string): string {
  const parts = text
    .split(CONTROL)
    .map((part, index) => (index % 2 === 1 ? characters(part) : part === "" ? "" : `'${part.replaceAll("'", "''")}'`))
    .filter((part) => part !== "");
  return parts.length === 0 ? "''" : parts.join(" || ");
}

function characters(text: string): string {
  return `char(${[...text].map((character) => character.codePointAt(0)).join(", ")})`;
}
