/** A second opinion: another parser finds the same definitions and constraints at the same places, wherever it can read the text. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parse, type ColumnDefinition, type CreateTableStmt, type Node } from "sql-parser-cst";
import type { ColumnConstraint, TableConstraint } from "../../src/core/schema/constraint.ts";
import { parseObject } from "../../src/core/schema/parse.ts";
import type { Span } from "../../src/core/schema/span.ts";
import type { Table } from "../../src/core/schema/table.ts";
import { schema as generatedSchema } from "../support/schema-arbitrary.ts";

/** What both parsers say of a definition, as text that shows where it stands. */
type Found = readonly string[];

/** What the other parser calls the kinds of constraints. */
const KINDS: Readonly<Record<string, ColumnConstraint["kind"]>> = {
  constraint_primary_key: "primary_key",
  constraint_unique: "unique",
  constraint_check: "check",
  constraint_not_null: "not_null",
  constraint_null: "null",
  constraint_default: "default",
  constraint_collate: "collate",
  constraint_generated: "generated",
  constraint_foreign_key: "foreign_key",
  references_specification: "foreign_key",
};

/** What it takes for constraints of their own, and we for the end of the one in front. */
const TAILS: ReadonlySet<string> = new Set(["constraint_auto_increment", "constraint_modifier"]);

/** Tokens behind which a name or a value stands; a quoted word behind anything else is a type, which the other parser cannot read. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(
  "TABLE CONSTRAINT REFERENCES COLLATE DEFAULT MATCH ( , || <> ) CHECK".split(" "),
);

/** Where the other parser takes `COLLATE x` or `NOT NULL` for a part of the default value: it looks for any expression there. */
const GREEDY_DEFAULT = /\bDEFAULT (?:[-+] )?(?:[^ (]+|\( .*? \)) (?:COLLATE|NOT)\b/;

/**
 * The tokens without what the other parser does not read, or reads as something else: quotes that are not double, letters that are
 * not ASCII, and GENERATED ALWAYS, which it takes for a type.
 */
function tame(tokens: readonly string[]): string {
  const tamed = tokens.map((token, index) => {
    if (token === "GENERATED" || (token === "ALWAYS" && tokens[index - 1] === "GENERATED")) return "";
    if (!/^["'`[]|[^ -~]/.test(token)) return token;
    return BEFORE_NAMES.has(tokens[index - 1] ?? "") ? `"n${index}"` : "TEXT";
  });
  return tamed.filter((token) => token !== "").join(" ");
}

function parseElsewhere(sql: string): CreateTableStmt | undefined {
  try {
    const [statement] = parse(sql, { dialect: "sqlite", includeRange: true }).statements;
    return statement?.type === "create_table_stmt" ? statement : undefined;
  } catch {
    return undefined;
  }
}

function foundElsewhere(sql: string, statement: CreateTableStmt): readonly Found[] {
  return (statement.columns?.expr.items ?? []).map((item) => {
    const whole = at(sql, item);
    if (item.type !== "column_definition") return [whole, ...constraints(sql, [item])];
    return [whole, ...columnOf(sql, item), ...constraints(sql, item.constraints)];
  });
}

function columnOf(sql: string, { name, dataType }: ColumnDefinition): Found {
  return [`name ${at(sql, name)}`, `type ${dataType === undefined ? "" : at(sql, dataType)}`];
}

function constraints(sql: string, nodes: readonly Node[]): Found {
  const found: { kind: string; start: number; end: number }[] = [];
  for (const node of nodes) {
    const [start, end] = node.range ?? [0, 0];
    const last = found.at(-1);
    const inner = node.type === "constraint" ? node.constraint : node;
    if (TAILS.has(inner.type) && last !== undefined) last.end = end;
    else found.push({ kind: KINDS[inner.type] ?? inner.type, start, end });
  }
  return found.map(({ kind, start, end }) => `${kind} ${start}: ${sql.slice(start, end)}`);
}

function at(sql: string, node: Node): string {
  const [start, end] = node.range ?? [0, 0];
  return `${start}: ${sql.slice(start, end)}`;
}

function foundHere({ sql, definitions }: Table): readonly Found[] {
  const text = ({ start, end }: Span): string => `${start}: ${sql.slice(start, end)}`;
  const one = ({ kind, source }: ColumnConstraint | TableConstraint): string => `${kind} ${text(source.span)}`;
  return definitions.map((definition) => {
    if (definition.kind === "constraint") return [text(definition.span), one(definition.constraint)];
    const { source, constraints: all } = definition.column;
    const type = source.type === undefined ? "" : text(source.type);
    return [text(definition.span), `name ${text(source.name)}`, `type ${type}`, ...all.map(one)];
  });
}

describe("another parser", () => {
  it("finds the same columns, types and constraints at the same places", () => {
    let compared = 0;
    fc.assert(
      fc.property(generatedSchema, ({ tables }) => {
        for (const { tokens } of tables) {
          const sql = tame(tokens);
          const elsewhere = GREEDY_DEFAULT.test(sql) ? undefined : parseElsewhere(sql);
          const here = parseObject(sql);
          if (elsewhere === undefined || here.kind !== "table") continue;
          compared += 1;
          assert.deepEqual(foundHere(here), foundElsewhere(sql, elsewhere));
        }
      }),
      { numRuns: 1500 },
    );
    assert.ok(compared > 150, `only ${compared} tables could be compared`);
  });
});
