/** A random table with rows, and everything that can hang on a table: indexes, triggers, views, parents and children. */
import type { OpenHandle } from "../support/handle.ts";
import type { Dice } from "./altered-dice.ts";
import {
  columnOf,
  columnSql,
  isRowid,
  nameOf,
  quoted,
  tableSql,
  type ColumnSpec,
  type KeySpec,
  type TableSpec,
} from "./altered-table.ts";
import { valuesFor } from "./altered-value.ts";

export const TYPES: readonly string[] = [
  "",
  "INTEGER",
  "INT",
  "TEXT",
  "REAL",
  "BLOB",
  "NUMERIC",
  "VARCHAR(10)",
  "DOUBLE PRECISION",
  "DATE",
  "ANY",
];
export const STRICT_TYPES: readonly string[] = ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY"];
const TABLE_NAMES: readonly string[] = ["t", "users", "group", "two words", 'q"uote', "Ünder", "main", "temp", "x]y"];
export const COLUMN_NAMES: readonly string[] = [
  "a",
  "b",
  "C",
  "id",
  "order",
  "two words",
  "ä",
  "rowid",
  "key",
  "x]y",
  'do"uble',
  "value",
  "lower",
  "lockstep_value_1",
];
const DEFAULTS: readonly string[] = [
  "1",
  "'x'",
  "'007'",
  "-1",
  "1.5",
  "X'01'",
  "NULL",
  "(1 + 1)",
  "word",
  "('a' || 'b')",
  "TRUE",
];
const CHECKS: readonly string[] = ["length(#) < 40", "# IS NULL OR # <> 'abc'", "typeof(#) <> 'real'"];
const GENERATED: readonly string[] = ["upper(#)", "# || 'x'", "typeof(#)"];

/** A world, as statements; those that fill tables may fail one by one. */
export interface World {
  readonly table: TableSpec;
  /** Columns that came by ALTER TABLE ADD COLUMN, when some rows were there already. */
  readonly late: readonly number[];
  readonly early: readonly string[];
  readonly rows: readonly string[];
  readonly others: readonly string[];
  readonly dependents: readonly string[];
  /** The columns that dependents name. */
  readonly used: ReadonlySet<number>;
}

/** A column that is no key. */
export function drawColumn(
  dice: Dice,
  {
    id,
    name,
    table,
  }: { readonly id: number; readonly name: string; readonly table: Pick<TableSpec, "strict" | "columns"> },
): ColumnSpec {
  const { strict, columns } = table;
  const plain = columns.filter(({ generated }) => generated === undefined);
  if (dice.chance(15) && plain.length > 0) {
    const generated = {
      from: dice.pick(plain).id,
      expression: dice.pick(GENERATED),
      storage: dice.pick(["VIRTUAL", "STORED"] as const),
    };
    return { id, name, type: strict ? "TEXT" : dice.pick(["", "TEXT"]), nulls: "allowed", generated };
  }
  return {
    id,
    name,
    type: dice.pick(strict ? STRICT_TYPES : TYPES),
    nulls: dice.chance(20) ? "refused" : "allowed",
    ...(dice.chance(40) ? { default: dice.pick(DEFAULTS) } : {}),
    ...(dice.chance(20) ? { collation: dice.pick(["NOCASE", "RTRIM"]) } : {}),
    ...(dice.chance(15) ? { check: dice.pick(CHECKS) } : {}),
    ...(dice.chance(10) ? { references: 'REFERENCES "parents" ("id") ON DELETE CASCADE' } : {}),
  };
}

/** A key for a table of these columns. */
export function drawKey(dice: Dice, { columns, withoutRowid }: Pick<TableSpec, "columns" | "withoutRowid">): KeySpec {
  const plain = columns.filter(({ generated }) => generated === undefined).map(({ id }) => id);
  const kind = withoutRowid ? "columns" : dice.pick(["none", "rowid", "rowid", "columns"] as const);
  if (kind === "none") return { kind };
  if (kind === "rowid") return { kind, column: dice.pick(plain), autoincrement: dice.chance(50) };
  return { kind, columns: dice.shuffle(plain).slice(0, dice.chance(70) ? 1 : 2) };
}

/** The column of an INTEGER PRIMARY KEY has this type. */
export function withKey(table: TableSpec, key: KeySpec): TableSpec {
  if (key.kind !== "rowid") return { ...table, key };
  const columns = table.columns.map((column) =>
    column.id === key.column ? { id: column.id, name: column.name, type: "INTEGER", nulls: column.nulls } : column,
  );
  return { ...table, key, columns };
}

function drawTable(dice: Dice): TableSpec {
  const strict = dice.chance(25);
  const withoutRowid = dice.chance(20);
  const names = dice.shuffle(COLUMN_NAMES).slice(0, 2 + dice.below(4));
  const columns: ColumnSpec[] = [];
  for (const [id, name] of names.entries()) columns.push(drawColumn(dice, { id, name, table: { strict, columns } }));
  const base: TableSpec = {
    name: dice.pick(TABLE_NAMES),
    columns,
    key: { kind: "none" },
    uniques: [],
    strict,
    withoutRowid,
  };
  const keyed = withKey(base, drawKey(dice, base));
  const [single] = keyed.key.kind === "columns" && keyed.key.columns.length === 1 ? keyed.key.columns : [];
  const target = keyed.key.kind === "rowid" ? keyed.key.column : single;
  // A tree: a column that leads to the key of its own table.
  const child = keyed.columns.find(({ id, generated }) => id !== target && generated === undefined);
  const isTree = target !== undefined && child !== undefined && dice.chance(20);
  const tree = isTree
    ? keyed.columns.map((column) =>
        column.id === child.id
          ? { ...column, references: `REFERENCES ${quoted(base.name)} ON UPDATE CASCADE` }
          : column,
      )
    : keyed.columns;
  const plain = keyed.columns.filter(({ generated }) => generated === undefined).map(({ id }) => id);
  const uniques = dice.chance(30) ? [dice.shuffle(plain).slice(0, 1 + dice.below(2))] : [];
  return { ...keyed, columns: tree, uniques };
}

/** The names of the row id that no column has. */
export function rowidAlias({ columns }: TableSpec): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) ?? "rowid";
}

function drawRow(dice: Dice, table: TableSpec, without: ReadonlySet<number>): string {
  const columns = table.columns.filter(({ id, generated }) => generated === undefined && !without.has(id));
  const given = columns.filter(({ id }) => dice.chance(isRowid(table, id) ? 60 : 90));
  const alias = !table.withoutRowid && table.key.kind !== "rowid" && dice.chance(40) ? [rowidAlias(table)] : [];
  const names = [...alias, ...given.map(({ name }) => quoted(name))];
  const ids = ["1", "5", "17", "-3", "9007199254740993", "9223372036854775000"];
  const values = [
    ...alias.map(() => dice.pick(ids)),
    ...given.map(({ id, type }) => dice.pick(isRowid(table, id) ? ids : valuesFor(type, table.strict))),
  ];
  if (names.length === 0) return `INSERT INTO main.${quoted(table.name)} DEFAULT VALUES`;
  return `INSERT INTO main.${quoted(table.name)} (${names.join(", ")}) VALUES (${values.join(", ")})`;
}

/** The whole world. */
export function drawWorld(dice: Dice): World {
  const table = drawTable(dice);
  const plain = table.columns.filter(({ generated }) => generated === undefined);
  const isLate = ({ id, generated }: ColumnSpec): boolean =>
    table.key.kind !== "rowid"
      ? generated === undefined && !inKeys(table, id)
      : !inKeys(table, id) && generated === undefined;
  const last = table.columns.at(-1);
  const late = last !== undefined && plain.length > 1 && isLate(last) && dice.chance(50) ? [last.id] : [];
  const early = Array.from({ length: dice.below(5) }, () => drawRow(dice, table, new Set(late)));
  const rows = Array.from({ length: dice.below(6) }, () => drawRow(dice, table, new Set()));
  const gone = dice.chance(30) ? [`DELETE FROM main.${quoted(table.name)} WHERE ${rowOrKey(table)} > 16`] : [];
  const used = new Set<number>();
  const dependents = drawDependents(dice, table, used);
  const others = [
    'CREATE TABLE "parents" (id INTEGER PRIMARY KEY, note TEXT)',
    "INSERT INTO parents VALUES (1, 'one'), (7, 'seven'), (42, NULL)",
    "CREATE TABLE log (place INTEGER PRIMARY KEY, what)",
    "CREATE TABLE other (x)",
    "INSERT INTO other VALUES ('before')",
    ...drawChildren(dice, table, used),
  ];
  return { table, late, early, rows: [...rows, ...gone], others, dependents, used };
}

function inKeys({ key, uniques }: TableSpec, id: number): boolean {
  const ids = key.kind === "columns" ? key.columns : key.kind === "rowid" ? [key.column] : [];
  return ids.includes(id) || uniques.some((unique) => unique.includes(id));
}

function rowOrKey(table: TableSpec): string {
  return table.withoutRowid && table.key.kind === "columns"
    ? nameOf(table, table.key.columns[0] ?? 0)
    : rowidAlias(table);
}

function drawChildren(dice: Dice, table: TableSpec, used: Set<number>): readonly string[] {
  const [single] = table.key.kind === "columns" && table.key.columns.length === 1 ? table.key.columns : [];
  const target = table.key.kind === "rowid" ? table.key.column : single;
  if (target === undefined || !dice.chance(50)) return [];
  if (dice.chance(80)) used.add(target);
  const action = dice.pick([
    "ON DELETE CASCADE",
    "ON DELETE SET NULL ON UPDATE CASCADE",
    "DEFERRABLE INITIALLY DEFERRED",
  ]);
  const named = dice.chance(50) ? ` (${nameOf(table, target)})` : "";
  const { type = "" } = columnOf(table, target) ?? {};
  return [
    `CREATE TABLE kids (id INTEGER PRIMARY KEY, up ${type} REFERENCES ${quoted(table.name)}${named} ${action})`,
    `INSERT INTO kids (up) SELECT ${nameOf(table, target)} FROM main.${quoted(table.name)} LIMIT 3`,
    ...(dice.chance(20) ? ["INSERT INTO kids (up) VALUES ('nobody'), (4711)"] : []),
  ];
}

function drawDependents(dice: Dice, table: TableSpec, used: Set<number>): readonly string[] {
  const own = quoted(table.name);
  const column = (): string => {
    const { id } = dice.pick(table.columns);
    used.add(id);
    return nameOf(table, id);
  };
  const plain = (): string => {
    const { id } = dice.pick(table.columns.filter(({ generated }) => generated === undefined));
    used.add(id);
    return nameOf(table, id);
  };
  const makers: readonly (() => string)[] = [
    () => `CREATE INDEX "by one" ON ${own} (${column()} DESC)`,
    () => `CREATE INDEX i2 ON ${own} (${column()} COLLATE NOCASE, ${column()})`,
    () => `CREATE UNIQUE INDEX i3 ON ${own} (${column()}, ${column()}) WHERE ${column()} IS NOT NULL`,
    () => `CREATE INDEX i4 ON ${own} (typeof(${column()}), ${column()} || 'x')`,
    () => `CREATE UNIQUE INDEX i5 ON ${own} (${column()})`,
    () =>
      `CREATE TRIGGER "on insert" AFTER INSERT ON ${own} BEGIN INSERT INTO log (what) VALUES (new.${column()}); END`,
    () =>
      `CREATE TRIGGER t2 BEFORE DELETE ON ${own} WHEN old.${column()} IS NOT NULL BEGIN INSERT INTO log (what) SELECT count(*) FROM ${own}; END`,
    () =>
      `CREATE TRIGGER t3 AFTER UPDATE OF ${plain()} ON ${own} BEGIN INSERT INTO log (what) VALUES (old.${column()}); END`,
    () =>
      `CREATE TRIGGER t4 AFTER INSERT ON other BEGIN UPDATE ${own} SET ${plain()} = new.x WHERE ${column()} = new.x; END`,
    () => `CREATE TRIGGER t5 AFTER DELETE ON other BEGIN INSERT INTO ${own} (${plain()}) VALUES (old.x); END`,
    () =>
      `CREATE VIEW v1 AS SELECT ${column()} AS one, ${column()} FROM ${own} /* why */ WHERE ${column()} IS NOT NULL`,
    () => `CREATE VIEW v2 AS SELECT * FROM ${own}`,
    () => `CREATE VIEW v3 (n) AS SELECT count(*) FROM ${own} JOIN parents`,
  ];
  return dice.some(makers, 25).map((make) => make());
}

/** The world as a person reads it. */
export function describeWorld({ table, late, early, rows, others, dependents }: World): string {
  return [
    `${tableSql(table, { gaps: [" "] })} -- late: ${late.join(" ")}`,
    ...early,
    "--",
    ...rows,
    ...others,
    ...dependents,
  ].join("\n");
}

/** Makes the world, as far as SQLite lets it be made. Gives false where the table itself cannot be. */
export function makeWorld(database: OpenHandle, world: World, gaps: readonly string[]): boolean {
  const tries = (statements: readonly string[]): boolean => {
    for (const sql of statements) {
      try {
        database.exec(sql);
      } catch {
        continue;
      }
    }
    return true;
  };
  const { table, late } = world;
  database.exec("PRAGMA foreign_keys = OFF");
  tries(world.others.slice(0, 5));
  try {
    if (late.length > 0) {
      database.exec(tableSql({ ...table, columns: table.columns.filter(({ id }) => !late.includes(id)) }, { gaps }));
      tries(world.early);
      for (const id of late) {
        const column = columnOf(table, id) as ColumnSpec;
        database.exec(`ALTER TABLE main.${quoted(table.name)} ADD COLUMN ${columnSql(table, column).join(" ")}`);
      }
    } else {
      database.exec(tableSql(table, { gaps }));
      tries(world.early);
    }
  } catch {
    return false;
  }
  tries(world.rows);
  return tries(world.others.slice(5)) && tries(world.dependents);
}
