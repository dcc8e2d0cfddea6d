/** Gives the examples of docs/lint other names, such as people have: with spaces, keywords, quotes, in capitals. */
import { isKeyword } from "../../../src/core/sql/keywords.ts";
import { quoteIdentifier } from "../../../src/core/sql/quote.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

/** From the name of an example to the text that stands in its place. */
export type Naming = (name: string) => string;

/** Words of the examples that are no names of the user: types, functions, pragmas, modules, collations. */
const OTHERS = new Set(
  `integer int text string boolean any strict stored virtual nocase upper lower coalesce unistr max min iif typeof new old excluded
  foreign_keys defer_foreign_keys legacy_alter_table fts5 content rowid off true false sqlite_sequence`.split(/\s+/),
);

const KEYWORDS: Readonly<Record<string, string>> = {
  name: "order",
  email: "group",
  phone: "select",
  users: "table",
  notes: "index",
  team: "from",
  age: "check",
  day: "where",
};

/** A keyword for each name, else the name in capitals with one. */
function keywordFor(name: string): string {
  return quoteIdentifier(KEYWORDS[name] ?? `${name.toUpperCase()} unique`);
}

/** The names that every fix is tried under. */
export const VARIANTS: readonly (readonly [title: string, naming: Naming])[] = [
  ["the names of its page", (name) => name],
  ["names that have spaces", (name) => quoteIdentifier(`my ${name} (1)`)],
  ["keywords for names", keywordFor],
  ["names in capitals, in brackets", (name) => `[${name.toUpperCase()}-${name.length}]`],
  ["names that have quotes", (name) => quoteIdentifier(`it's "${name}"`)],
];

/** An example with other names. */
export function rename(sql: string, naming: Naming): string {
  const edits = tokenize(sql).tokens.flatMap(({ kind, text, offset }, at, tokens) => {
    if (kind === "string" && tokens[at - 2]?.text === "content") {
      const [name = ""] = tokenize(naming(text.slice(1, -1))).tokens.map((token) => token.text);
      const plain = /^["[]/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
      return [{ offset, length: text.length, text: `'${plain.replaceAll("'", "''")}'` }];
    }
    const isName = kind === "word" && /^[\p{L}_]/u.test(text) && !isKeyword(text) && !OTHERS.has(text.toLowerCase());
    return isName ? [{ offset, length: text.length, text: naming(text) }] : [];
  });
  return edits
    .toReversed()
    .reduce((whole, { offset, length, text }) => whole.slice(0, offset) + text + whole.slice(offset + length), sql);
}
