/** A random change of a table: what is wanted, where the values come from, and how somebody would write it. */
import type { Dice } from "./altered-dice.ts";
import { columnOf, isRowid, quoted, tableSql, type ColumnSpec, type TableSpec } from "./altered-table.ts";
import { COLUMN_NAMES, drawColumn, drawKey, STRICT_TYPES, TYPES, withKey, type World } from "./altered-world.ts";

/** A value that is computed: as SQL, and from the literals of a row, by the numbers of its columns. */
export interface Computation {
  readonly sql: string;
  readonly value: (row: ReadonlyMap<number, string>, count: number) => string;
  /** The column that it certainly reads. */
  readonly reads?: number;
}

export interface DrawnChange {
  readonly wanted: TableSpec;
  readonly computed: ReadonlyMap<number, Computation>;
  readonly allowsLoss: boolean;
  /** The statement with its directives. */
  readonly sql: string;
}

interface Draft {
  table: TableSpec;
  readonly computed: Map<number, Computation>;
  next: number;
}

type Operation = (dice: Dice, draft: Draft, world: World) => void;

const update = (draft: Draft, id: number, change: (column: ColumnSpec) => ColumnSpec): void => {
  draft.table = {
    ...draft.table,
    columns: draft.table.columns.map((column) => (column.id === id ? change(column) : column)),
  };
};

/** A column that is no row id and not computed. */
function ordinary(dice: Dice, { table }: Draft): ColumnSpec | undefined {
  const list = table.columns.filter(({ id, generated }) => generated === undefined && !isRowid(table, id));
  return list.length === 0 ? undefined : dice.pick(list);
}

/** A name that no column has; for a new column none that one had before, since that may be called otherwise by now. */
function freeName(dice: Dice, { table }: Draft, before: readonly ColumnSpec[] = []): string {
  const taken = new Set([...table.columns, ...before].map(({ name }) => name.toLowerCase()));
  const free = COLUMN_NAMES.filter((name) => !taken.has(name.toLowerCase()));
  return free.length === 0 ? `column ${table.columns.length + before.length}` : dice.pick(free);
}

function remove(draft: Draft, id: number): void {
  const { columns, key, uniques } = draft.table;
  // A table has at least one column that is not computed.
  if (columns.every((column) => column.id === id || column.generated !== undefined)) return;
  draft.computed.delete(id);
  draft.table = {
    ...draft.table,
    columns: columns.filter((column) => column.id !== id && column.generated?.from !== id),
    uniques: uniques.filter((unique) => !unique.includes(id)),
    key: key.kind === "columns" && key.columns.includes(id) ? { kind: "none" } : key,
  };
}

const OPERATIONS: readonly (readonly [weight: number, Operation])[] = [
  [3, (dice, draft) => void (draft.table = { ...draft.table, columns: dice.shuffle(draft.table.columns) })],
  [
    5,
    (dice, draft, world) => {
      const { columns } = draft.table;
      const name = freeName(dice, draft, world.table.columns);
      const column = drawColumn(dice, { id: draft.next, name, table: draft.table });
      draft.next += 1;
      const at = dice.chance(60) ? columns.length : dice.below(columns.length + 1);
      draft.table = { ...draft.table, columns: columns.toSpliced(at, 0, column) };
      if (column.generated === undefined && dice.chance(20))
        draft.table = { ...draft.table, uniques: [...draft.table.uniques, [column.id]] };
    },
  ],
  [
    5,
    (dice, draft, { used }) => {
      const column = dice.pick(draft.table.columns);
      const isOften = !used.has(column.id) || dice.chance(15);
      if (isOften && !isRowid(draft.table, column.id)) remove(draft, column.id);
    },
  ],
  [
    3,
    (dice, draft, world) => {
      const column = dice.pick(draft.table.columns);
      const before = columnOf(world.table, column.id) === undefined ? world.table.columns : [];
      update(draft, column.id, (own) => ({ ...own, name: freeName(dice, draft, before) }));
    },
  ],
  [
    1,
    (dice, draft) => {
      const [left, right] = dice.shuffle(draft.table.columns);
      if (left === undefined || right === undefined) return;
      update(draft, left.id, (own) => ({ ...own, name: right.name }));
      update(draft, right.id, (own) => ({ ...own, name: left.name }));
    },
  ],
  [
    1,
    (dice, draft) => {
      const column = dice.pick(draft.table.columns);
      update(draft, column.id, (own) => ({ ...own, name: own.name.toUpperCase().replaceAll("Ä", "ä") }));
    },
  ],
  [
    5,
    (dice, draft) => {
      const column = ordinary(dice, draft);
      if (column === undefined) return;
      update(draft, column.id, (own) => ({ ...own, type: dice.pick(draft.table.strict ? STRICT_TYPES : TYPES) }));
    },
  ],
  [
    12,
    (dice, draft) => {
      const column = ordinary(dice, draft);
      if (column === undefined) return;
      const { default: _, collation: __, check: ___, references: ____, ...rest } = column;
      const drawn = drawColumn(dice, { id: column.id, name: column.name, table: { ...draft.table, columns: [] } });
      const part = dice.pick(["default", "collation", "check", "nulls", "references"] as const);
      const kept = { ...column, ...(part === "nulls" ? { nulls: drawn.nulls } : { [part]: drawn[part] }) };
      const clean = Object.fromEntries(Object.entries({ ...rest, ...kept }).filter(([, value]) => value !== undefined));
      update(draft, column.id, () => clean as unknown as ColumnSpec);
    },
  ],
  [
    2,
    (dice, draft) => {
      const { uniques } = draft.table;
      const column = ordinary(dice, draft);
      const isLess = uniques.length > 0 && dice.chance(50);
      if (isLess) draft.table = { ...draft.table, uniques: uniques.slice(1) };
      else if (column !== undefined) draft.table = { ...draft.table, uniques: [...uniques, [column.id]] };
    },
  ],
  [2, (dice, draft) => void (draft.table = withKey(draft.table, drawKey(dice, draft.table)))],
  [
    1,
    (dice, draft) => {
      const strict = !draft.table.strict;
      draft.table = {
        ...draft.table,
        strict,
        columns: draft.table.columns.map((column) =>
          !strict || STRICT_TYPES.includes(column.type)
            ? column
            : { ...column, type: column.generated === undefined ? dice.pick(STRICT_TYPES) : "TEXT" },
        ),
      };
    },
  ],
  [
    1,
    (dice, draft) => {
      const withoutRowid = !draft.table.withoutRowid;
      const table = { ...draft.table, withoutRowid };
      const isKeyed = table.key.kind === "columns";
      draft.table = isKeyed || !withoutRowid ? table : withKey(table, drawKey(dice, table));
    },
  ],
  [
    3,
    (dice, draft, { table }) => {
      const column = ordinary(dice, draft);
      if (column !== undefined) draft.computed.set(column.id, drawComputation(dice, table));
    },
  ],
  [
    1,
    (dice, draft, world) => {
      const column = ordinary(dice, draft);
      // Only under the name that it has always had is it a new column in the place of an old one.
      if (column === undefined || columnOf(world.table, column.id)?.name !== column.name) return;
      const at = draft.table.columns.indexOf(column);
      remove(draft, column.id);
      if (columnOf(draft.table, column.id) !== undefined) return;
      const id = draft.next;
      draft.next += 1;
      const fresh = drawColumn(dice, { id, name: column.name, table: { ...draft.table, columns: [] } });
      draft.table = { ...draft.table, columns: draft.table.columns.toSpliced(at, 0, fresh) };
    },
  ],
];

const WEIGHTED: readonly Operation[] = OPERATIONS.flatMap(([weight, operation]) =>
  Array.from({ length: weight }, () => operation),
);

function drawComputation(dice: Dice, table: TableSpec): Computation {
  const column = dice.pick(table.columns);
  const { id } = column;
  const own = quoted(column.name);
  const literal = (row: ReadonlyMap<number, string>): string => row.get(id) ?? "NULL";
  return dice.pick<Computation>([
    { sql: own, value: literal, reads: id },
    { sql: `${quoted(table.name)}.${own} -- as it was`, value: literal, reads: id },
    { sql: "'k' /* ; */", value: () => "'k'" },
    { sql: "5", value: () => "5" },
    {
      sql: `CASE WHEN ${own} IS NULL THEN 0 ELSE 1 END`,
      value: (row) => (literal(row) === "NULL" ? "0" : "1"),
      reads: id,
    },
    { sql: `ifnull(${own}, 'none')`, value: (row) => (literal(row) === "NULL" ? "'none'" : literal(row)), reads: id },
    { sql: `(SELECT count(*) FROM ${quoted(table.name)})`, value: (_, count) => String(count) },
  ]);
}

/** A change of the world's table. */
export function drawChange(dice: Dice, world: World, gaps: readonly string[]): DrawnChange {
  const draft: Draft = { table: world.table, computed: new Map(), next: world.table.columns.length };
  const steps = dice.pick([1, 1, 1, 2, 3, 4]);
  for (let step = 0; step < steps; step += 1) dice.pick(WEIGHTED)(dice, draft, world);
  const wanted = draft.table;
  // A column can have become the row id, or gone, since it was said how it is computed.
  const computed = new Map(
    [...draft.computed].filter(
      ([id]) => columnOf(wanted, id) !== undefined && columnOf(wanted, id)?.generated === undefined,
    ),
  );
  // A new column that is called as one that has another name now: where its values come from has to be said.
  const names = new Set(wanted.columns.map(({ id }) => columnOf(world.table, id)?.name.toLowerCase()));
  for (const { id, name, generated } of wanted.columns) {
    const isNew = columnOf(world.table, id) === undefined && generated === undefined && !isRowid(wanted, id);
    if (isNew && names.has(name.toLowerCase()) && !computed.has(id))
      computed.set(id, { sql: "NULL", value: () => "NULL" });
  }
  const allowsLoss = dice.chance(30);
  return { wanted, computed, allowsLoss, sql: writeChange(dice, world.table, { wanted, computed, allowsLoss, gaps }) };
}

interface Written extends Omit<DrawnChange, "sql"> {
  readonly gaps: readonly string[];
}

function writeChange(dice: Dice, old: TableSpec, { wanted, computed, allowsLoss, gaps }: Written): string {
  const beside = new Map<number, string>();
  const behind: string[] = [];
  for (const { id, name } of wanted.columns) {
    const before = columnOf(old, id)?.name;
    if (before === undefined || before.toLowerCase() === name.toLowerCase()) continue;
    if (dice.chance(50)) beside.set(id, `-- lockstep:renamed from ${quoted(before)}`);
    else behind.push(`-- lockstep:renamed ${quoted(name)} from ${quoted(before)}`);
  }
  // The place of a computed column is given to another only where it is said.
  const taken = new Set(wanted.columns.map(({ name }) => name.toLowerCase()));
  const read = new Set([...computed.values()].map(({ reads }) => reads));
  const dropped = old.columns.filter(({ id }) => columnOf(wanted, id) === undefined);
  const said = dropped.filter(
    ({ id, name, generated }) =>
      !(generated !== undefined || read.has(id)) || taken.has(name.toLowerCase()) || dice.chance(50),
  );
  if (said.length > 0) behind.push(`-- lockstep:drop ${said.map(({ name }) => quoted(name)).join(" , ")}`);
  for (const [id, { sql }] of computed)
    behind.push(`-- lockstep:copy ${quoted(columnOf(wanted, id)?.name ?? "")} = ${sql}`);
  if (allowsLoss) behind.push("-- lockstep:allow lossy_conversion");
  const prefix = dice.pick(["", "", "IF NOT EXISTS ", "main . ", "IF NOT EXISTS MAIN."]);
  const sql = tableSql(wanted, { gaps, name: prefix + quoted(old.name), beside });
  return ["-- lockstep:rebuild", `${sql};`, ...dice.shuffle(behind), ""].join("\n");
}
