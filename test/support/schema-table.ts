/** Random tables, as DDL, each with what it should be read as. */
import * as fc from "fast-check";
import {
  columnConstraint,
  conflict,
  constraintName,
  generated,
  keyColumns,
  named,
  onConflict,
  order,
  tableConstraint,
  withConflict,
  type ExpectedConstraint,
  type Piece,
} from "./schema-constraint.ts";
import { distinctNames, gaps, write, type WrittenName } from "./schema-text.ts";

/** A column, as tokens, and what it should be read as. */
interface GeneratedColumn {
  readonly tokens: readonly string[];
  readonly expected: { readonly name: string; readonly constraints: readonly ExpectedConstraint[] };
}

/** A CREATE TABLE statement, and what it should be read as. */
export interface GeneratedTable {
  readonly sql: string;
  /** Of the text, without what stands between them. */
  readonly tokens: readonly string[];
  readonly name: string;
  readonly columns: readonly GeneratedColumn["expected"][];
  readonly constraints: readonly ExpectedConstraint[];
  readonly storage: "rowid" | "without_rowid";
  readonly typing: "flexible" | "strict";
}

/** Types for tables that take any, as tokens. */
const anyType = fc.constantFrom<readonly string[]>(
  [],
  ["INTEGER"],
  ["integer"],
  ["Int"],
  ["TEXT"],
  ["REAL"],
  ["BLOB"],
  ["any"],
  ["NUMERIC"],
  ["UNSIGNED", "BIG", "INT"],
  ["VARCHAR", "(", "10", ",", "2", ")"],
  ["DOUBLE", "PRECISION", "(", "-", "3", ")"],
  ["decimal", "(", "+", "10", ",", "-", "5e3", ")"],
  ['"my type"'],
  ["[odd", "name]"],
  ["`back`", "quoted"],
  ["'single'"],
  ['"a""b"', "(", "1", ")"],
  ["key", "action", "replace"],
  ["generated"],
  ["日本語"],
  ["strict"],
  ["always"],
);
const strictType = fc.constantFrom<readonly string[]>(["INTEGER"], ["int"], ["TEXT"], ["Real"], ["BLOB"], ["ANY"]);

/** Two of one kind may contradict each other: SQLite refuses two conflict clauses of UNIQUE, and takes the last of others. */
const constraints = fc.uniqueArray(columnConstraint, { maxLength: 3, selector: ({ expected }) => expected["kind"] });

function column(
  name: WrittenName,
  type: fc.Arbitrary<readonly string[]>,
  kind: "plain" | "generated",
): fc.Arbitrary<GeneratedColumn> {
  const pieces: fc.Arbitrary<readonly Piece[]> =
    kind === "plain"
      ? constraints
      : fc
          .tuple(
            generated,
            fc.constantFrom<readonly Piece[]>([], [{ tokens: ["NOT", "NULL"], expected: { kind: "not_null" } }]),
          )
          .map(([first, rest]) => [first, ...rest]);
  return fc.tuple(type, pieces).map(([typeTokens, all]) => ({
    tokens: [name.text, ...typeTokens, ...all.flatMap(({ tokens }) => tokens)],
    expected: { name: name.name, constraints: all.map(({ expected }) => expected) },
  }));
}

type KeyKind = "none" | "rowid" | "column" | "table";

/** A table of this name. */
export function table(name: WrittenName): fc.Arbitrary<GeneratedTable> {
  const shape = fc.record({
    names: distinctNames(1, 5),
    typing: fc.constantFrom("flexible", "flexible", "strict"),
    storage: fc.constantFrom("rowid", "rowid", "without_rowid"),
    key: fc.constantFrom<KeyKind>("none", "rowid", "column", "table"),
  } as const);
  return shape.chain((chosen) =>
    tableOf(name, { ...chosen, key: chosen.storage === "rowid" || chosen.key !== "none" ? chosen.key : "table" }),
  );
}

interface Shape {
  readonly names: readonly WrittenName[];
  readonly typing: "flexible" | "strict";
  readonly storage: "rowid" | "without_rowid";
  readonly key: KeyKind;
}

function tableOf(name: WrittenName, { names, typing, storage, key }: Shape): fc.Arbitrary<GeneratedTable> {
  const type = typing === "strict" ? strictType : anyType;
  const isGenerated = fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length });
  const columns = isGenerated.chain((flags) =>
    // The first column is never computed: a table needs one that is not, and a key cannot be.
    fc.tuple(
      ...names.map((own, index) =>
        column(
          own,
          index === 0 && key === "rowid" ? fc.constant(["integer"]) : type,
          index > 0 && flags[index] === true && index % 2 === 1 ? "generated" : "plain",
        ),
      ),
    ),
  );
  return fc
    .record({
      columns,
      constraints: fc.array(tableConstraint(names), { maxLength: 3 }),
      primaryKey: primaryKey(names, storage, key),
      commas: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      options: fc.boolean(),
      gaps,
    })
    .map((parts) => assemble(name, { names, typing, storage, key }, parts));
}

interface KeyPiece {
  readonly column: Piece | undefined;
  readonly table: Piece | undefined;
}

function primaryKey(names: readonly WrittenName[], storage: Shape["storage"], key: KeyKind): fc.Arbitrary<KeyPiece> {
  if (key === "none") return fc.constant({ column: undefined, table: undefined });
  const increments = key === "rowid" && storage === "rowid" ? fc.boolean() : fc.constant(false);
  const direction = key === "rowid" ? fc.constantFrom("", "ASC") : order;
  const [first] = names;
  return fc
    .record({
      name: constraintName,
      clause: conflict,
      direction,
      increments,
      level: fc.boolean(),
      columns: keyColumns(names.filter((_, index) => index % 2 === 0)),
    })
    .map(({ name, clause, direction: written, increments: does, level, columns }) => {
      const expected = { kind: "primary_key", autoincrement: does ? "yes" : "no", ...withConflict(clause) };
      const tail = does ? ["AUTOINCREMENT"] : [];
      if (key === "table" || (key === "rowid" && level)) {
        const isRowid = key === "rowid" && first !== undefined;
        const inner = isRowid ? ["(", first.text, ...tail, ")"] : columns.tokens;
        const read = isRowid ? [{ name: first.name, order: "ASC" }] : columns.columns;
        return {
          column: undefined,
          table: named(name, {
            tokens: ["PRIMARY", "KEY", ...inner, ...onConflict(clause)],
            expected: { ...expected, columns: read },
          }),
        };
      }
      const direct = written === "" ? [] : [written];
      return {
        column: named(name, {
          tokens: ["PRIMARY", "KEY", ...direct, ...onConflict(clause), ...tail],
          expected: { ...expected, order: written === "DESC" ? "DESC" : "ASC" },
        }),
        table: undefined,
      };
    });
}

function assemble(
  name: WrittenName,
  { typing, storage }: Shape,
  parts: {
    readonly columns: readonly GeneratedColumn[];
    readonly constraints: readonly Piece[];
    readonly primaryKey: KeyPiece;
    readonly commas: readonly boolean[];
    readonly options: boolean;
    readonly gaps: readonly string[];
  },
): GeneratedTable {
  const { column: columnKey, table: tableKey } = parts.primaryKey;
  const columns = parts.columns.map(({ tokens, expected }, index) => {
    if (index > 0 || columnKey === undefined) return { tokens, expected };
    return {
      tokens: [...tokens, ...columnKey.tokens],
      expected: { ...expected, constraints: [...expected.constraints, columnKey.expected] },
    };
  });
  const pieces = [...parts.constraints, ...(tableKey === undefined ? [] : [tableKey])];
  const body = columns.flatMap(({ tokens }, index) => (index === 0 ? tokens : [",", ...tokens]));
  // Between two constraints beside the columns SQLite needs no comma.
  pieces.forEach(({ tokens }, index) =>
    body.push(...(index > 0 && parts.commas[index] === true ? [] : [","]), ...tokens),
  );
  const options = [
    ...(storage === "without_rowid" ? [["WITHOUT", "rowid"]] : []),
    ...(typing === "strict" ? [["Strict"]] : []),
  ];
  const ordered = parts.options ? options : options.toReversed();
  const tail = ordered.flatMap((option, index) => (index === 0 ? option : [",", ...option]));
  const tokens = ["CREATE", "TABLE", name.text, "(", ...body, ")", ...tail];
  return {
    sql: write(tokens, parts.gaps),
    tokens,
    name: name.name,
    columns: columns.map(({ expected }) => expected),
    constraints: pieces.map(({ expected }) => expected),
    storage,
    typing,
  };
}
