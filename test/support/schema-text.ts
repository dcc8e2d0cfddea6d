/** Random names, and the white space and comments between tokens, for tests that write DDL. */
import * as fc from "fast-check";

/** A name, and one way to write it in SQL. */
export interface WrittenName {
  readonly name: string;
  readonly text: string;
}

/** A way to put a name into SQL. */
type Quoting = "bare" | "double" | "back" | "brackets" | "single";

const PLAIN = [
  "a",
  "b",
  "C",
  "users",
  "id",
  "x1",
  "_",
  "é",
  "Ä",
  "日本",
  "rowid",
  "oid",
  "strict",
  "stored",
  "hidden",
  "window",
  "filter",
  "over",
];
/** Keywords that are names without quotes too. */
const KEYWORDS =
  "abort action after always before begin by cascade cast column conflict current desc do end each fail for full generated if ignore indexed initially instead key last left like match natural no of offset plan query raise replace restrict row rows temp trigger view virtual with without".split(
    " ",
  );
/** Words and texts that have to be quoted. */
const QUOTED = [
  "select",
  "table",
  "constraint",
  "primary",
  "check",
  "",
  "a b",
  'a"b',
  "a`b",
  "a'b",
  "x--y",
  "/*",
  "1st",
  "a,b",
  "a)b",
  "(",
  ";",
  "\n",
];
/** Names that brackets can hold and nothing else can hold bare. */
const BRACKETED = ["]"];

/** A name that does not begin with `sqlite_`, in one of the ways in which it can be written. */
export const writtenName: fc.Arbitrary<WrittenName> = fc.oneof(
  { weight: 6, arbitrary: written(PLAIN, ["bare", "double", "back", "brackets", "single"]) },
  { weight: 2, arbitrary: written(KEYWORDS, ["bare", "double", "back", "brackets", "single"]) },
  { weight: 2, arbitrary: written(QUOTED, ["double", "back", "brackets", "single"]) },
  { weight: 1, arbitrary: written(BRACKETED, ["double", "back", "single"]) },
);

function written(names: readonly string[], quotings: readonly Quoting[]): fc.Arbitrary<WrittenName> {
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...quotings))
    .map(([name, quoting]) => ({ name, text: quote(name, quoting) }));
}

/** Some names of which no two are the same to SQLite. */
export function distinctNames(minLength: number, maxLength: number): fc.Arbitrary<readonly WrittenName[]> {
  return fc.uniqueArray(writtenName, { minLength, maxLength, selector: ({ name }) => fold(name) });
}

/** The name in double quotes, for places where a string would be one. */
export function doubleQuoted(name: string): string {
  return quote(name, "double");
}

/** A name as SQLite compares it. */
export function fold(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function quote(name: string, quoting: Quoting): string {
  switch (quoting) {
    case "bare":
      return name;
    case "double":
      return `"${name.replaceAll('"', '""')}"`;
    case "back":
      return `\`${name.replaceAll("`", "``")}\``;
    case "brackets":
      return `[${name}]`;
    case "single":
      return `'${name.replaceAll("'", "''")}'`;
  }
}

const gap = fc.oneof(
  { weight: 20, arbitrary: fc.constant(" ") },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "\n  ",
      "\t",
      "\r\n",
      "\f",
      " /**/ ",
      " /* why */ ",
      " /* /* ' ( , */ ",
      " -- it's ), so\n",
      " --\r\n",
      "\n-- above\n",
      " /*\n*/\n",
    ),
  },
);

/** What stands between tokens. */
export const gaps: fc.Arbitrary<readonly string[]> = fc.array(gap, { minLength: 40, maxLength: 40 });

/** The tokens as a text. The gaps are used again and again. */
export function write(tokens: readonly string[], between: readonly string[]): string {
  return tokens.map((token, index) => (index === 0 ? token : `${between[index % between.length]}${token}`)).join("");
}
