/** Random schemas: tables, and indexes, views and triggers on them. */
import * as fc from "fast-check";
import { bare, collation, constant, list, order } from "./schema-constraint.ts";
import { table, type GeneratedTable } from "./schema-table.ts";
import { distinctNames, doubleQuoted, gaps, write, writtenName, type WrittenName } from "./schema-text.ts";

/** Another statement of a schema, and what it should be read as. */
export interface GeneratedObject {
  readonly sql: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Tables, then everything else. SQLite may refuse some of it: a foreign key to nothing it does not, a repeated name it does. */
export interface GeneratedSchema {
  readonly tables: readonly GeneratedTable[];
  readonly others: readonly GeneratedObject[];
}

/** An index on a table that has these columns. */
function index(name: WrittenName, on: GeneratedTable): fc.Arbitrary<GeneratedObject> {
  const columns = on.columns.map((one) => one.name);
  const column = fc
    .constantFrom(...columns)
    .map((own) => ({ tokens: [doubleQuoted(own)], expected: { kind: "column", name: own } }));
  const expression = fc
    .constantFrom(...columns)
    .chain((own) =>
      fc.constantFrom<readonly string[]>(
        ["lower", "(", doubleQuoted(own), ")"],
        ["+", doubleQuoted(own)],
        ["(", doubleQuoted(own), "||", "'x,)'", ")"],
        [doubleQuoted(own), "COLLATE", "nocase", "||", "''"],
        ["CASE", "WHEN", doubleQuoted(own), "THEN", "1", "END"],
      ),
    );
  const expressionTerm = expression.map((tokens) => ({
    tokens,
    expected: { kind: "expression", expression: tokens.join(" ") },
  }));
  const term = fc
    .tuple(fc.oneof(column, expressionTerm), fc.option(collation, { freq: 3 }), order)
    .map(([one, collate, direction]) => {
      const isColumn = one.expected.kind === "column";
      const collates = collate !== null && isColumn;
      return {
        tokens: [...one.tokens, ...(collates ? ["COLLATE", collate] : []), ...(direction === "" ? [] : [direction])],
        expected: {
          ...one.expected,
          order: direction === "DESC" ? "DESC" : "ASC",
          ...(collates ? { collation: bare(collate) } : {}),
        },
      };
    });
  return fc
    .record({
      unique: fc.boolean(),
      terms: fc.array(term, { minLength: 1, maxLength: 3 }),
      where: fc.option(expression.map((tokens) => [...tokens, "IS", "NOT", "NULL"])),
      between: gaps,
    })
    .map(({ unique, terms, where, between }) => ({
      sql: write(
        [
          "CREATE",
          ...(unique ? ["UNIQUE"] : []),
          "INDEX",
          name.text,
          "ON",
          doubleQuoted(on.name),
          ...list(terms.map(({ tokens }) => tokens)),
          ...(where === null ? [] : ["WHERE", ...where]),
        ],
        between,
      ),
      expected: {
        kind: "index",
        name: name.name,
        table: on.name,
        uniqueness: unique ? "unique" : "not_unique",
        terms: terms.map(({ expected }) => expected),
        ...(where === null ? {} : { where: where.join(" ") }),
      },
    }));
}

/** A view on a table. */
function view(name: WrittenName, on: GeneratedTable): fc.Arbitrary<GeneratedObject> {
  return fc.record({ columns: fc.option(distinctNames(1, 1)), between: gaps }).map(({ columns, between }) => {
    const query = ["SELECT", "count", "(", "*", ")", "FROM", doubleQuoted(on.name), "WHERE", "';'", "<>", "'AS'"];
    return {
      sql: write(
        [
          "CREATE",
          "VIEW",
          name.text,
          ...(columns === null ? [] : list(columns.map(({ text }) => [text]))),
          "AS",
          ...query,
        ],
        between,
      ),
      expected: {
        kind: "view",
        name: name.name,
        query: query.join(" "),
        ...(columns === null ? {} : { columns: columns.map((one) => one.name) }),
      },
    };
  });
}

/** A trigger on a table. */
function trigger(name: WrittenName, on: GeneratedTable): fc.Arbitrary<GeneratedObject> {
  const event = fc.oneof(
    fc.constantFrom("INSERT", "DELETE", "UPDATE").map((verb) => ({ tokens: [verb], event: verb, columns: undefined })),
    fc
      .constantFrom(...on.columns)
      .map((one) => ({ tokens: ["UPDATE", "OF", doubleQuoted(one.name)], event: "UPDATE", columns: [one.name] })),
  );
  return fc
    .record({
      time: fc.constantFrom("", "BEFORE", "AFTER"),
      event,
      forEach: fc.boolean(),
      when: fc.option(constant),
      between: gaps,
    })
    .map(({ time, event: { tokens, event: verb, columns }, forEach, when, between }) => {
      const body = [
        "SELECT",
        "CASE",
        "WHEN",
        "1",
        "THEN",
        "2",
        "END",
        ";",
        "DELETE",
        "FROM",
        doubleQuoted(on.name),
        "WHERE",
        "0",
        ";",
      ];
      return {
        sql: write(
          [
            "CREATE",
            "TRIGGER",
            name.text,
            ...(time === "" ? [] : [time]),
            ...tokens,
            "ON",
            doubleQuoted(on.name),
            ...(forEach ? ["FOR", "EACH", "ROW"] : []),
            ...(when === null ? [] : ["WHEN", ...when]),
            "BEGIN",
            ...body,
            "END",
          ],
          between,
        ),
        expected: {
          kind: "trigger",
          name: name.name,
          table: on.name,
          time: time === "" ? "BEFORE" : time,
          event: verb,
          body: body.join(" "),
          ...(columns === undefined ? {} : { columns }),
          ...(when === null ? {} : { when: when.join(" ") }),
        },
      };
    });
}

/** Tables with indexes, views and triggers on them. Names repeat now and then. */
export const schema: fc.Arbitrary<GeneratedSchema> = distinctNames(1, 3)
  .chain((names) => fc.tuple(...names.map(table)))
  .chain((tables) => {
    const on = fc.constantFrom(...tables);
    const other = fc
      .tuple(writtenName, on, fc.constantFrom(index, index, view, trigger))
      .chain(([name, one, make]) => make({ name: `${name.name}~`, text: doubleQuoted(`${name.name}~`) }, one));
    return fc.array(other, { maxLength: 4 }).map((others) => ({ tables, others }));
  });
