/** Random constraints, as tokens, each with what it should be read as. */
import * as fc from "fast-check";
import { writtenName, type WrittenName } from "./schema-text.ts";

/** What a constraint should be read as: its members without places. Expressions are written with one space between tokens. */
export type ExpectedConstraint = Readonly<Record<string, unknown>>;

/** Tokens, and what they should be read as. */
export interface Piece {
  readonly tokens: readonly string[];
  readonly expected: ExpectedConstraint;
}

const CONFLICTS = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"] as const;
const COLLATIONS = ["BINARY", "nocase", '"RTRIM"', "[binary]", "'NoCase'"] as const;
const ACTIONS = ["NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE"] as const;

/** A conflict clause, or none. */
export const conflict: fc.Arbitrary<string | null> = fc.option(fc.constantFrom(...CONFLICTS), { freq: 3 });
/** A collation, as written. */
export const collation: fc.Arbitrary<string> = fc.constantFrom(...COLLATIONS);
/** A sort order, as written, or none. */
export const order: fc.Arbitrary<"" | "ASC" | "DESC"> = fc.constantFrom("", "ASC", "DESC");
/** The name of a constraint, or none. */
export const constraintName: fc.Arbitrary<WrittenName | null> = fc.option(writtenName, { freq: 3 });

/** Expressions without columns, as tokens. */
export const constant: fc.Arbitrary<readonly string[]> = fc.constantFrom<readonly string[]>(
  ["1"],
  ["1", "<", "2"],
  ["(", "1", ",", "2", ")", "=", "(", "1", ",", "2", ")"],
  ["'a)b'", "||", "')'"],
  ["CASE", "WHEN", "1", "THEN", "2", "ELSE", "3", "END"],
  ["x'00'", "IS", "NOT", "NULL"],
  ["abs", "(", "-", "5", ")", "BETWEEN", "0", "AND", "10"],
  ["CAST", "(", "1.5", "AS", "INT", ")"],
  ["'--'", "<>", "'/*'"],
);

const DEFAULTS: readonly (readonly [tokens: readonly string[], form: "literal" | "expression"])[] = [
  [["1"], "literal"],
  [["-", "5"], "literal"],
  [["+", "1.5e3"], "literal"],
  [["'it''s'"], "literal"],
  [["x'0a'"], "literal"],
  [["NULL"], "literal"],
  [["true"], "literal"],
  [["CURRENT_TIMESTAMP"], "literal"],
  [["current_date"], "literal"],
  [["word"], "literal"],
  [['"quoted"'], "literal"],
  [["key"], "literal"],
  [["1_000"], "literal"],
  [["(", "1", "+", "1", ")"], "expression"],
  [["(", "abs", "(", "-", "5", ")", ")"], "expression"],
  [["(", "')'", ")"], "expression"],
];

export function onConflict(clause: string | null): readonly string[] {
  return clause === null ? [] : ["ON", "CONFLICT", clause];
}

export function withConflict(clause: string | null): ExpectedConstraint {
  return clause === null ? {} : { conflict: clause };
}

/** What a quoted collation is. */
export function bare(text: string): string {
  return /^["'[]/.test(text) ? text.slice(1, -1) : text;
}

const actions = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom("DELETE", "UPDATE", "INSERT"), fc.constantFrom(...ACTIONS))
      .map(([event, action]) => ({ event, action })),
    fc.constantFrom("SIMPLE", "full", "'partial'").map((match) => ({ match })),
  ),
  { maxLength: 3 },
);

const DEFERRALS: readonly (readonly [tokens: readonly string[], timing: "immediate" | "deferred"])[] = [
  [[], "immediate"],
  [["DEFERRABLE"], "immediate"],
  [["NOT", "DEFERRABLE"], "immediate"],
  [["DEFERRABLE", "INITIALLY", "DEFERRED"], "deferred"],
  [["DEFERRABLE", "INITIALLY", "IMMEDIATE"], "immediate"],
  [["NOT", "DEFERRABLE", "INITIALLY", "DEFERRED"], "immediate"],
];

/** From REFERENCES on, with as many parent columns as there are columns. */
function references(columns: number): fc.Arbitrary<Piece> {
  const parentColumns = fc.option(fc.array(writtenName, { minLength: columns, maxLength: columns }), { freq: 3 });
  return fc
    .record({ parent: writtenName, parentColumns, all: actions, deferral: fc.constantFrom(...DEFERRALS) })
    .map(({ parent, parentColumns: keys, all, deferral: [deferral, timing] }) => {
      let expected: ExpectedConstraint = {
        kind: "foreign_key",
        parent: parent.name,
        onDelete: "NO ACTION",
        onUpdate: "NO ACTION",
        timing,
      };
      if (keys !== null) expected = { ...expected, parentColumns: keys.map(({ name }) => name) };
      const tokens = ["REFERENCES", parent.text, ...(keys === null ? [] : list(keys.map(({ text }) => [text])))];
      for (const one of all) {
        if ("match" in one) {
          tokens.push("MATCH", one.match);
          expected = { ...expected, match: bare(one.match) };
        } else {
          tokens.push("ON", one.event, ...one.action.split(" "));
          if (one.event === "DELETE") expected = { ...expected, onDelete: one.action };
          if (one.event === "UPDATE") expected = { ...expected, onUpdate: one.action };
        }
      }
      return { tokens: [...tokens, ...deferral], expected };
    });
}

/** `( a , b )` */
export function list(items: readonly (readonly string[])[]): readonly string[] {
  return ["(", ...items.flatMap((item, index) => (index === 0 ? item : [",", ...item])), ")"];
}

export function named(name: WrittenName | null, { tokens, expected }: Piece): Piece {
  if (name === null) return { tokens, expected };
  return { tokens: ["CONSTRAINT", name.text, ...tokens], expected: { ...expected, name: name.name } };
}

/** The constraints of a column, except for its primary key. */
export const columnConstraint: fc.Arbitrary<Piece> = fc
  .tuple(
    constraintName,
    fc.oneof(
      conflict.map((clause) => ({
        tokens: ["NOT", "NULL", ...onConflict(clause)],
        expected: { kind: "not_null", ...withConflict(clause) },
      })),
      conflict.map((clause) => ({
        tokens: ["UNIQUE", ...onConflict(clause)],
        expected: { kind: "unique", ...withConflict(clause) },
      })),
      constant.map((tokens) => ({
        tokens: ["CHECK", "(", ...tokens, ")"],
        expected: { kind: "check", expression: tokens.join(" ") },
      })),
      collation.map((text) => ({ tokens: ["COLLATE", text], expected: { kind: "collate", collation: bare(text) } })),
      fc
        .constantFrom(...DEFAULTS)
        .map(([tokens, form]) => ({ tokens: ["DEFAULT", ...tokens], expected: { kind: "default", form } })),
      references(1),
      conflict.map((clause) => ({ tokens: ["NULL", ...onConflict(clause)], expected: { kind: "null" } })),
    ),
  )
  .map(([name, piece]) => named(name, piece));

export const generated: fc.Arbitrary<Piece> = fc
  .record({
    name: constraintName,
    words: fc.constantFrom<readonly string[]>(["AS"], ["GENERATED", "ALWAYS", "AS"]),
    tokens: constant,
    storage: fc.constantFrom("", "VIRTUAL", "stored"),
  })
  .map(({ name, words, tokens, storage }) =>
    named(name, {
      tokens: [...words, "(", ...tokens, ")", ...(storage === "" ? [] : [storage])],
      expected: {
        kind: "generated",
        expression: tokens.join(" "),
        storage: storage === "stored" ? "stored" : "virtual",
      },
    }),
  );

/** Columns of a key, as tokens, with what they should be read as. */
export function keyColumns(
  names: readonly WrittenName[],
): fc.Arbitrary<{ readonly tokens: readonly string[]; readonly columns: readonly ExpectedConstraint[] }> {
  const one = fc.tuple(fc.constantFrom(...names), fc.option(collation, { freq: 3 }), order, fc.boolean());
  return fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector: ([{ name }]) => name }).map((all) => ({
    tokens: list(
      all.map(([{ text }, collate, direction, inParentheses]) => [
        ...(inParentheses ? ["(", text, ")"] : [text]),
        ...(collate === null ? [] : ["COLLATE", collate]),
        ...(direction === "" ? [] : [direction]),
      ]),
    ),
    columns: all.map(([{ name }, collate, direction]) => ({
      name,
      order: direction === "DESC" ? "DESC" : "ASC",
      ...(collate === null ? {} : { collation: bare(collate) }),
    })),
  }));
}

/** Constraints beside the columns, except for the primary key. */
export function tableConstraint(names: readonly WrittenName[]): fc.Arbitrary<Piece> {
  const keys = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2, selector: ({ name }) => name });
  return fc
    .tuple(
      constraintName,
      fc.oneof(
        fc.tuple(keyColumns(names), conflict).map(([{ tokens, columns }, clause]) => ({
          tokens: ["UNIQUE", ...tokens, ...onConflict(clause)],
          expected: { kind: "unique", columns, ...withConflict(clause) },
        })),
        fc.tuple(constant, conflict).map(([tokens, clause]) => ({
          tokens: ["CHECK", "(", ...tokens, ")", ...onConflict(clause)],
          expected: { kind: "check", expression: tokens.join(" "), ...withConflict(clause) },
        })),
        keys.chain((chosen) =>
          references(chosen.length).map(({ tokens, expected }) => ({
            tokens: ["FOREIGN", "KEY", ...list(chosen.map(({ text }) => [text])), ...tokens],
            expected: { ...expected, columns: chosen.map(({ name }) => name) },
          })),
        ),
      ),
    )
    .map(([name, piece]) => named(name, piece));
}
