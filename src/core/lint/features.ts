/** Which SQLite first understood which words (https://sqlite.org/changes.html), as far as tokens tell. */
import type { Statement } from "../sql/script.ts";
import { classify } from "../sql/statement-kind.ts";
import type { Part } from "./rule.ts";
import { findWords, keyword, placeOf } from "./words.ts";

/** A feature in a statement. */
export interface UsedFeature {
  readonly what: string;
  readonly since: readonly [major: number, minor: number];
  readonly place: Part;
}

/** Sequences of words that stand for a feature, and nothing else. */
const WORDS: readonly (readonly [what: string, since: number, ...words: readonly string[]])[] = [
  ["ON CONFLICT … DO", 24, "DO", "UPDATE"],
  ["ON CONFLICT … DO", 24, "DO", "NOTHING"],
  ["NULLS FIRST", 30, "NULLS", "FIRST"],
  ["NULLS LAST", 30, "NULLS", "LAST"],
  ["generated columns", 31, "GENERATED", "ALWAYS"],
  ["RETURNING", 35, "RETURNING"],
  ["MATERIALIZED", 35, "AS", "MATERIALIZED"],
  ["MATERIALIZED", 35, "NOT", "MATERIALIZED"],
  ["RIGHT JOIN", 39, "RIGHT", "JOIN"],
  ["FULL JOIN", 39, "FULL", "JOIN"],
  ["IS DISTINCT FROM", 39, "IS", "DISTINCT", "FROM"],
];

const FUNCTIONS: Readonly<Record<string, number>> = {
  iif: 32,
  unixepoch: 38,
  format: 38,
  timediff: 43,
  octet_length: 43,
  concat: 44,
  concat_ws: 44,
  string_agg: 44,
  jsonb: 45,
  jsonb_array: 45,
  jsonb_extract: 45,
  jsonb_object: 45,
  jsonb_set: 45,
  json_pretty: 46,
  unistr: 50,
};

/** The features of a statement that not every SQLite of the last years has. */
export function featuresOf(statement: Statement): readonly UsedFeature[] {
  const { tokens } = statement;
  const found: UsedFeature[] = [];
  const add = (what: string, minor: number, at: number): void => {
    found.push({ what, since: [3, minor], place: placeOf(statement, at) });
  };
  for (const [what, minor, ...words] of WORDS) {
    const at = findWords(statement, ...words);
    if (at >= 0) add(what, minor, at);
  }
  tokens.forEach(({ kind, text }, at) => {
    const minor = kind === "word" && tokens[at + 1]?.text === "(" ? FUNCTIONS[text.toLowerCase()] : undefined;
    if (minor !== undefined) add(`${text}()`, minor, at);
    if (kind === "operator" && (text === "->" || text === "->>")) add(text, 38, at);
  });
  const kind = classify(statement);
  if (kind.kind === "schema") {
    const verb = Math.max(
      0,
      tokens.findIndex((token, at) => at > 2 && ["RENAME", "DROP", "ADD", "ALTER"].includes(keyword(token) ?? "")),
    );
    if (kind.alteration === "rename_column") add("RENAME COLUMN", 25, verb);
    if (kind.alteration === "drop_column") add("DROP COLUMN", 35, verb);
    if (kind.alteration === "set_not_null") add("ALTER COLUMN … SET NOT NULL", 53, verb);
    if (kind.alteration === "drop_not_null") add("ALTER COLUMN … DROP NOT NULL", 53, verb);
    if (kind.alteration === "add_check") add("ADD CHECK", 53, verb);
    if (kind.alteration === "drop_constraint") add("DROP CONSTRAINT", 53, verb);
  }
  const isTable =
    kind.kind === "rebuild" || (kind.kind === "schema" && kind.verb === "CREATE" && kind.object === "table");
  const close = tokens.findLastIndex(({ text }) => text === ")");
  const strict = isTable ? tokens.findIndex(({ text }, at) => at > close && text.toUpperCase() === "STRICT") : -1;
  if (strict >= 0) add("STRICT", 37, strict);
  return found;
}
