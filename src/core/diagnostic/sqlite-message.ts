/** What SQLite's error messages name: the one word of a statement that is wrong, and what kind of thing it should have been. */

/** The thing that a message is about. */
export interface Culprit {
  /** `syntax`: the token where the grammar stopped. `end`: the statement stops too early. */
  readonly kind: "syntax" | "column" | "table" | "end" | "other";
  /** As the message spells it; empty for `end`. */
  readonly name: string;
}

const PATTERNS: readonly (readonly [pattern: RegExp, kind: Culprit["kind"]])[] = [
  [/^near "([^]*)": syntax error$/, "syntax"],
  [/^unrecognized token: "([^]*)"$/, "syntax"],
  [/^incomplete input$/, "end"],
  // In quotes the name is one word, dots and all; without them a table and a schema may stand in front.
  [/^no such column: "(.+)"(?: - should this be.*)?$/, "column"],
  [/^no such column: (?:.*\.)?(.+)$/, "column"],
  [/^table .* has no column named (.+)$/, "column"],
  [/^unknown column "(.+)" in foreign key definition$/, "column"],
  [/^no such table: (?:main\.|temp\.)?(.+)$/, "table"],
  [/^duplicate column name: (.+)$/, "other"],
  [/^(?:table|view|index|trigger) "?(.+?)"? already exists$/, "other"],
  [/^there is already (?:an? (?:table|index) named|another table or index with this name:) (.+)$/, "other"],
  [/^no such (?:index|function|module|view|trigger|collation sequence): (?:main\.)?(.+)$/, "other"],
  [/^ambiguous column name: (?:.*\.)?(.+)$/, "other"],
  [/^wrong number of arguments to function (.+)\(\)$/, "other"],
];

/** Reads a message of SQLite; undefined where it names nothing that stands in the statement. */
export function findCulprit(message: string): Culprit | undefined {
  for (const [pattern, kind] of PATTERNS) {
    const match = pattern.exec(message);
    if (match !== null) return { kind, name: match[1] ?? "" };
  }
  return undefined;
}
