/** Reads the definition of a column: its name, its type, its constraints. */
import type { ColumnConstraint } from "./constraint.ts";
import { readColumnConstraint } from "./read-column-constraint.ts";
import { cutGenerated } from "./declared-type.ts";
import type { DefinitionReader } from "./reader.ts";
import { textOf, type NameInText, type Span } from "./span.ts";

/** A column as it stands in the text, before its table is known. */
export interface ColumnText {
  readonly kind: "column";
  readonly name: NameInText;
  readonly type?: Span;
  readonly constraints: readonly ColumnConstraint[];
  readonly span: Span;
}

/** Takes one column. */
export function readColumn(reader: DefinitionReader): ColumnText {
  const first = reader.at;
  const name = reader.name("a column");
  const type = readType(reader);
  const constraints: ColumnConstraint[] = [];
  for (;;) {
    const constraint = readColumnConstraint(reader, name);
    if (constraint === undefined) break;
    constraints.push(constraint);
  }
  return {
    kind: "column",
    name,
    ...(type === undefined ? {} : { type }),
    constraints,
    span: reader.spanFrom(first),
  };
}

/** Takes the words of a type, and one or two numbers in parentheses. */
function readType(reader: DefinitionReader): Span | undefined {
  const first = reader.at;
  while (reader.isName("type")) reader.skip();
  if (reader.at === first) return undefined;
  if (reader.operator("(") === undefined) return withoutGenerated(reader, first);
  readNumber(reader);
  if (reader.operator(",") !== undefined) readNumber(reader);
  reader.needOperator(")");
  return reader.spanFrom(first);
}

/**
 * GENERATED ALWAYS belongs to the type as SQLite reads it, since both words can be names. SQLite cuts it off the text again
 * afterwards, letter by letter, and so does this.
 */
function withoutGenerated(reader: DefinitionReader, first: number): Span | undefined {
  const whole = reader.spanFrom(first);
  const text = textOf(reader.sql, whole);
  const cut = cutGenerated(text);
  // Where the two words stand as they should they belong to the AS behind them. Without one SQLite does nothing with them.
  const isClause = reader.keyword(-2) === "GENERATED" && /^\s*generated\s+always$/i.test(text.slice(cut.length));
  if (isClause && reader.keyword() === "AS") reader.moveTo(reader.at - 2);
  return cut === "" ? undefined : { start: whole.start, end: whole.start + cut.length };
}

function readNumber(reader: DefinitionReader): void {
  if (reader.operator("+") === undefined) reader.operator("-");
  if (reader.token()?.kind !== "number") reader.fail("a number");
  reader.skip();
}
