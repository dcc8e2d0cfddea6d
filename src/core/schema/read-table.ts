/** Reads CREATE TABLE, from the opening parenthesis on. */
import type { Comment } from "../sql/token.ts";
import { buildTable, type TableText } from "./build-table.ts";
import type { ObjectHead } from "./head.ts";
import { layOut } from "./layout.ts";
import { readColumn } from "./read-column.ts";
import { beginsTableConstraint, readTableConstraint } from "./read-table-constraint.ts";
import type { DefinitionReader } from "./reader.ts";
import type { Span } from "./span.ts";
import type { Table, TableOption } from "./table.ts";

/** Takes all that follows the name of the table. */
export function readTable(reader: DefinitionReader, head: ObjectHead, comments: readonly Comment[]): Table {
  if (reader.keyword() === "AS") reader.refuse("only SQLite knows the columns of AS SELECT");
  const open = reader.needOperator("(");
  const definitions = readDefinitions(reader);
  const close = reader.needOperator(")");
  const body = { start: open.end, end: close.start };
  const options = readOptions(reader);
  const { places, rest } = layOut(reader.sql, body, { entries: definitions, comments });
  return buildTable({ sql: reader.sql, head, body, definitions, places, options, comments: rest });
}

function readDefinitions(reader: DefinitionReader): TableText["definitions"] {
  const definitions: (TableText["definitions"][number] & { comma?: Span })[] = [];
  let part: "columns" | "constraints" = "columns";
  for (;;) {
    const isConstraint = definitions.length > 0 && beginsTableConstraint(reader);
    if (!isConstraint && part === "constraints") reader.fail("a constraint");
    if (isConstraint) {
      part = "constraints";
      const constraint = readTableConstraint(reader);
      definitions.push({ content: constraint, span: constraint.source.span });
    } else {
      const column = readColumn(reader);
      definitions.push({ content: column, span: column.span });
    }
    const comma = reader.operator(",");
    const last = definitions.at(-1);
    if (comma !== undefined && last !== undefined) last.comma = comma;
    // SQLite lets the comma between two constraints be left out.
    else if (part === "columns" || reader.isOperator(")")) return definitions;
  }
}

/** Takes STRICT and WITHOUT ROWID. SQLite reads a comma in front of the first one, too. */
function readOptions(reader: DefinitionReader): readonly TableOption[] {
  const options: TableOption[] = [];
  while (!reader.isAtEnd) {
    if (reader.operator(",") === undefined && options.length > 0) reader.fail('","');
    const first = reader.at;
    const isWithout = reader.take("WITHOUT");
    if (reader.word(isWithout ? "ROWID" : "STRICT") === undefined) {
      reader.fail(isWithout ? "ROWID" : "STRICT or WITHOUT ROWID");
    }
    options.push({ kind: isWithout ? "without_rowid" : "strict", span: reader.spanFrom(first) });
  }
  return options;
}
