/** Writes an object down again, piece by piece from its model. */
import type { ColumnConstraint, KeyColumn, TableConstraint } from "./constraint.ts";
import type { SchemaObject } from "./schema.ts";
import { textOf, type Span } from "./span.ts";
import type { Column, Table } from "./table.ts";

/**
 * The text of an object, put together from the pieces that its spans name and from what lies between them. It is the text that was
 * read, or else the spans of the model overlap or are out of order: then it throws a RangeError.
 */
export function printObject(object: SchemaObject): string {
  const { sql } = object;
  let printed = "";
  let at = 0;
  const pieces = piecesOf(object).filter((piece) => piece !== undefined);
  for (const piece of [...pieces, { start: sql.length, end: sql.length }]) {
    if (piece.start < at || piece.end < piece.start) throw new RangeError(`a piece at ${piece.start} is out of order`);
    printed += sql.slice(at, piece.start) + textOf(sql, piece);
    at = piece.end;
  }
  return printed;
}

/** The smallest pieces that the model knows, in the order of the text. */
function piecesOf(object: SchemaObject): readonly (Span | undefined)[] {
  const { name, ifNotExists } = object.source;
  const head = [ifNotExists, name];
  switch (object.kind) {
    case "table":
      return [...head, ...tablePieces(object)];
    case "index":
      return [
        ...head,
        object.source.table,
        ...object.terms.flatMap((term) => (term.kind === "column" ? keyPieces(term) : [term.expression.span])),
        object.where?.span,
      ];
    case "view":
      return [...head, object.query.span];
    case "trigger":
      return [...head, ...object.source.columns, object.source.table, object.when?.span, object.body.span];
    case "virtual_table":
      return [...head, object.source.module];
  }
}

function tablePieces({ definitions, source }: Table): readonly (Span | undefined)[] {
  return [
    ...definitions.flatMap((definition) => [
      ...(definition.kind === "column" ? columnPieces(definition.column) : constraintPieces(definition.constraint)),
      definition.comma,
    ]),
    ...source.options.map(({ span }) => span),
  ];
}

function columnPieces({ source, constraints }: Column): readonly (Span | undefined)[] {
  return [source.name, source.type, ...constraints.flatMap(constraintPieces)];
}

function constraintPieces(constraint: ColumnConstraint | TableConstraint): readonly (Span | undefined)[] {
  const { name, span } = constraint.source;
  const rest = contentPieces(constraint);
  // One without pieces of its own is a piece as a whole.
  return name === undefined && rest.length === 0 ? [span] : [name, ...rest];
}

function contentPieces(constraint: ColumnConstraint | TableConstraint): readonly Span[] {
  switch (constraint.kind) {
    case "primary_key":
    case "unique":
      return constraint.level === "table" ? constraint.columns.flatMap(keyPieces) : [];
    case "check":
    case "generated":
      return [constraint.expression.span];
    case "default":
      return [constraint.source.value];
    case "collate":
      return [constraint.source.collation];
    case "foreign_key": {
      const { columns, parent, parentColumns } = constraint.source;
      return [...columns, parent, ...parentColumns];
    }
    case "not_null":
    case "null":
    case "deferral":
    case "name_only":
      return [];
  }
}

function keyPieces({ source }: KeyColumn): readonly Span[] {
  return [source.name];
}
