/** Random pairs of schemas that have much in common, with rows: today's, and a wanted one. */
import * as fc from "fast-check";

/** A column of a model. `text` is its definition behind the name. */
export interface ModelColumn {
  readonly name: string;
  readonly text: string;
  readonly isGenerated: boolean;
  /** The name before, where the wanted schema says so. */
  readonly renamedFrom?: string;
}

export interface ModelTable {
  readonly name: string;
  readonly key: "rowid" | "integer" | "text";
  readonly columns: readonly ModelColumn[];
  readonly options: string;
  readonly constraints: readonly string[];
}

export interface Model {
  readonly tables: readonly ModelTable[];
  /** Indexes, views and triggers. SQLite may refuse some of them. */
  readonly others: readonly string[];
}

/** Two models, and values for rows of the first. */
export interface World {
  readonly before: Model;
  readonly after: Model;
  readonly values: readonly (number | string | null)[];
}

const TABLES = ["users", "posts", "tags", "order"];
const COLUMNS = ["a", "b", "c", "D", "select"];
const q = (name: string): string => (name === "order" || name === "select" ? `"${name}"` : name);

const type = fc.constantFrom("INTEGER", "TEXT", "ANY", "TEXT", "INTEGER");
const tail = fc.constantFrom(
  "",
  "",
  "",
  "NOT NULL",
  "DEFAULT 1",
  "NOT NULL DEFAULT 0",
  "DEFAULT (1 + 1)",
  "UNIQUE",
  "COLLATE NOCASE",
  "CHECK (1)",
  "NOT NULL DEFAULT 5 CHECK (length(1) > 0)",
  "CONSTRAINT small CHECK (1 < 2)",
  "CONSTRAINT small NOT NULL DEFAULT 7",
  "CONSTRAINT small DEFAULT 1 CHECK (2 < 3)",
  "CHECK (3 < 4) CONSTRAINT loose",
  "REFERENCES users (id) ON DELETE CASCADE",
  "DEFAULT 'it''s' /* why */",
);

const CONSTRAINTS = ["CHECK (1 = 1)", "CONSTRAINT named CHECK (2 > 1)", "CHECK (1 < 2)", "UNIQUE (id)"];

function column(name: string): fc.Arbitrary<ModelColumn> {
  return fc
    .record({ kind: type, rest: tail, generated: fc.integer({ min: 0, max: 11 }) })
    .map(({ kind, rest, generated }) =>
      generated === 0
        ? { name, text: `${kind} AS (1 + 1)`, isGenerated: true }
        : { name, text: `${kind} ${rest}`.trim(), isGenerated: false },
    );
}

function table(name: string): fc.Arbitrary<ModelTable> {
  return fc
    .record({
      key: fc.constantFrom("integer", "integer", "integer", "rowid", "text"),
      names: fc.shuffledSubarray(COLUMNS, { minLength: 1 }),
      options: fc.constantFrom("", "", "STRICT"),
      constraints: fc.shuffledSubarray(CONSTRAINTS, { maxLength: 2 }),
    } as const)
    .chain(({ key, names, options, constraints }) =>
      // Others refer to it.
      fc
        .tuple(...names.map(column))
        .map((columns) => ({ name, key: name === "users" ? "integer" : key, columns, options, constraints })),
    );
}

const others: fc.Arbitrary<readonly string[]> = fc
  .array(
    fc
      .record({
        table: fc.constantFrom(...TABLES),
        other: fc.constantFrom(...TABLES),
        column: fc.constantFrom(...COLUMNS),
        kind: fc.constantFrom("index", "unique", "partial", "view", "star", "trigger", "viewOfView", "instead"),
        number: fc.integer({ min: 1, max: 3 }),
      })
      .map(({ table: on, other, column: name, kind, number }) => {
        switch (kind) {
          case "index":
            return `CREATE INDEX i${number} ON ${q(on)} (${q(name)})`;
          case "unique":
            return `CREATE UNIQUE INDEX u${number} ON ${q(on)} (${q(name)}, id)`;
          case "partial":
            return `CREATE INDEX p${number} ON ${q(on)} (${q(name)} DESC) WHERE ${q(name)} IS NOT NULL`;
          case "view":
            return `CREATE VIEW v${number} AS SELECT ${q(name)} FROM ${q(on)}`;
          case "star":
            return `CREATE VIEW v${number} AS SELECT * FROM ${q(on)} -- all`;
          case "viewOfView":
            return `CREATE VIEW w${number} AS SELECT count(*) AS n FROM v${number}, ${q(on)}`;
          case "instead":
            return `CREATE TRIGGER o${number} INSTEAD OF DELETE ON v${number} BEGIN DELETE FROM ${q(on)} WHERE 0; END`;
          case "trigger":
            return `CREATE TRIGGER t${number} AFTER UPDATE ON ${q(on)} BEGIN UPDATE ${q(other)} SET ${q(name)} = ${q(name)} WHERE 0; END`;
        }
      }),
    { maxLength: 7 },
  )
  .map((all) => all.toSorted((left, right) => rank(left) - rank(right)));

/** Views before what is about them. */
function rank(sql: string): number {
  return ["INDEX", "VIEW v", "VIEW w", "TRIGGER"].findIndex((word) => sql.includes(word));
}

const model: fc.Arbitrary<Model> = fc
  .shuffledSubarray(TABLES, { minLength: 1, maxLength: 3 })
  .chain((names) => fc.record({ tables: fc.tuple(...names.map(table)), others }));

/** Takes most of the first model over, so that few things change. */
const pair = fc
  .record({
    before: model,
    fresh: model,
    keeps: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 }),
  })
  .map(({ before, fresh, keeps }) => {
    const tables = new Map([...before.tables, ...fresh.tables].map((one) => [one.name, one]));
    const after = [...tables.values()].flatMap((one, index): readonly ModelTable[] => {
      const old = before.tables.find(({ name }) => name === one.name);
      const dice = keeps[index] ?? 0;
      if (old === undefined || dice > 7) return old === undefined && dice < 5 ? [] : [one];
      if (dice < 2) return [old];
      const merged = new Map(old.columns.map((own) => [own.name, own]));
      one.columns.slice(0, dice % 3).forEach((own) => merged.set(own.name, own));
      const columns = [...merged.values()].filter((_, place) => place !== dice % 4 || merged.size === 1);
      const constraints = dice % 3 === 0 ? one.constraints : old.constraints;
      return [{ ...old, columns, constraints, options: dice === 4 ? one.options : old.options }];
    });
    return {
      before,
      after: {
        tables: after.map((one) => withRename(one, before)),
        others: (keeps[8] ?? 0) < 5 ? before.others : fresh.others,
      },
    };
  });

/** Says of one new column that it is one which is gone, where both hold values of the same kind. */
function withRename(one: ModelTable, before: Model): ModelTable {
  const old = before.tables.find(({ name }) => name === one.name);
  const gone = old?.columns.filter(
    ({ name, isGenerated }) => !isGenerated && !one.columns.some((own) => own.name === name),
  );
  const renamed = gone?.[0];
  const next = one.columns.find(
    ({ name, isGenerated }) => !isGenerated && old?.columns.every((own) => own.name !== name) === true,
  );
  if (renamed === undefined || next === undefined) return one;
  return {
    ...one,
    columns: one.columns.map((own) => (own === next ? { ...own, renamedFrom: renamed.name } : own)),
  };
}

export const world: fc.Arbitrary<World> = fc
  .tuple(
    pair,
    fc.array(fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constantFrom("x", "007", null)), {
      minLength: 25,
      maxLength: 40,
    }),
  )
  .map(([models, values]) => ({ ...models, values }));

/** The statements of a model. */
export function statementsOf({ tables, others: rest }: Model): readonly string[] {
  return [...tables.map(createTable), ...rest];
}

function createTable({ name, key, columns, options, constraints }: ModelTable): string {
  const isText = key === "text";
  const strict = options === "STRICT";
  const first =
    key === "rowid" ? `id ${strict ? "ANY" : ""}` : isText ? "id TEXT PRIMARY KEY NOT NULL" : "id INTEGER PRIMARY KEY";
  const lines = [
    first.trim(),
    ...columns.map(({ name: own, text }) => `${q(own)} ${strict ? text : text.replace(/^ANY/, "").trim()}`.trim()),
    ...constraints,
  ];
  const notes = ["", ...columns.map(({ renamedFrom }) => renamedFrom ?? "")];
  const body = lines
    .map((line, index) => {
      const comma = index === lines.length - 1 ? "" : ",";
      const from = notes[index] ?? "";
      return `  ${line}${comma}${from === "" ? "" : ` -- lockstep:renamed from ${q(from)}`}`;
    })
    .join("\n");
  const tails = [...(isText ? ["WITHOUT ROWID"] : []), ...(strict ? ["STRICT"] : [])].join(", ");
  return `CREATE TABLE ${q(name)} (\n${body}\n)${tails === "" ? "" : ` ${tails}`}`;
}
