/** Random edits of a table: each as a call of the editor, and as what it does to the table that the test knows. */
import * as fc from "fast-check";
import type { TableEditor } from "../../src/core/schema/edit/editor.ts";
import { CONDITIONS, STRICT_TYPES, TYPES } from "./edited-table-arbitrary.ts";
import { fold } from "../support/schema-text.ts";
import {
  constraintsOf,
  idsOf,
  isSame,
  namesOf,
  replace,
  set,
  without,
  withKey,
  withoutConstraint,
  type Progress,
} from "./edited-table-change.ts";
import { PARENT, Writer, type Spec, type SpecColumn, type SpecConstraint, type Style } from "./edited-table.ts";

/** One operation, made of dice that are thrown already. */
export interface Throw {
  readonly kind: (typeof KINDS)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const KINDS = [
  "addColumn",
  "dropColumn",
  "renameColumn",
  "retypeColumn",
  "setDefault",
  "dropDefault",
  "setNotNull",
  "dropNotNull",
  "setCollation",
  "addCheck",
  "addUnique",
  "addForeignKey",
  "setPrimaryKey",
  "dropPrimaryKey",
  "dropConstraint",
  "dropCheck",
  "dropUnique",
  "dropForeignKey",
  "setOptions",
  "fill",
] as const;

/** Some operations. */
export const throws: fc.Arbitrary<readonly Throw[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), a: fc.nat(5040), b: fc.nat(5040), c: fc.nat(5040) }),
  { minLength: 1, maxLength: 5 },
);

/** Names for new columns, and for old ones. */
export const NEW_NAMES: readonly string[] = [
  "fresh",
  "re named",
  "select",
  'x"y',
  "]",
  "it's",
  "like",
  "NEW",
  "é",
  "x--y",
];
const DEFAULTS: readonly (readonly [string, readonly string[]])[] = [
  ["5", ["5"]],
  ["'x'", ["'x'"]],
  [" -2.5 ", ["-2.5"]],
  ["1 + /* one */ 1", ["(", "1", "+", "1", ")"]],
  ["(abs(-2))", ["(", "abs", "(", "-2", ")", ")"]],
  ["CURRENT_TIMESTAMP", ["CURRENT_TIMESTAMP"]],
  ["NULL", ["NULL"]],
];
const NEW_COLUMNS: readonly (readonly [readonly string[], readonly SpecConstraint[]])[] = [
  [["TEXT"], []],
  [["INTEGER"], [{ kind: "not_null" }, { kind: "default", tokens: ["0"] }]],
  [
    ["INT"],
    [
      { kind: "collate", collation: "NOCASE" },
      { name: "added default", kind: "default", tokens: ["'/*'"] },
    ],
  ],
  [["ANY"], [{ kind: "foreign_key", columns: [], parentColumns: undefined, tail: ["ON", "DELETE", "CASCADE"] }]],
];
const ACTIONS = [undefined, "CASCADE", "SET NULL"] as const;

/** What an operation does: undefined where it has nothing to be done to. */
export interface Play {
  readonly progress: Progress;
  readonly call: (editor: TableEditor) => TableEditor;
}

/** Makes of a throw what it means for this table. */
export function play(progress: Progress, { kind, a, b, c }: Throw, style: Style): Play | undefined {
  const { spec } = progress;
  const columns = spec.columns.filter(({ id }) => !progress.leaving.has(id));
  const column = columns[a % columns.length];
  const second = columns[b % columns.length];
  if (column === undefined || second === undefined) return undefined;
  const dice: Dice = { progress, column, second, a, b, c, writer: new Writer(spec, style), style };
  return PLAYS[kind](dice);
}

interface Dice {
  readonly progress: Progress;
  readonly column: SpecColumn;
  readonly second: SpecColumn;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly writer: Writer;
  readonly style: Style;
}

const PLAYS: Readonly<Record<Throw["kind"], (dice: Dice) => Play | undefined>> = {
  addColumn({ progress, a, b, style }) {
    const { spec } = progress;
    const id = Math.max(...spec.columns.map((one) => one.id)) + 1;
    const name = newName(spec, a);
    const [type, constraints] = NEW_COLUMNS[b % NEW_COLUMNS.length] as (typeof NEW_COLUMNS)[number];
    const own = constraints.map((one) => (one.kind === "foreign_key" ? { ...one, columns: [id] } : one));
    const column = { id, name: { name, text: `"${name.replaceAll('"', '""')}"` }, type, constraints: own };
    const text = new Writer(spec, style).column(column);
    if (own.some((one) => one.name !== undefined && namesOf(spec).includes(one.name))) return undefined;
    return {
      progress: { ...progress, spec: { ...spec, columns: [...spec.columns, column] } },
      call: (editor) => editor.addColumn(text),
    };
  },
  dropColumn({ progress, column }) {
    const fills = new Map([...progress.fills].filter(([id]) => id !== column.id));
    const leaving = new Set([...progress.leaving, column.id]);
    return { progress: { ...progress, leaving, fills }, call: (editor) => editor.dropColumn(otherCase(column)) };
  },
  renameColumn({ progress, column, b }) {
    const name = newName(progress.spec, b);
    const renamed = { ...column, name: { name, text: `"${name.replaceAll('"', '""')}"` } };
    return { progress: replace(progress, renamed), call: (editor) => editor.renameColumn(otherCase(column), name) };
  },
  retypeColumn({ progress, column, b }) {
    const types = progress.spec.isStrict ? STRICT_TYPES : TYPES;
    const type = types[b % types.length] ?? [];
    return {
      progress: replace(progress, { ...column, type }),
      call: (editor) => editor.retypeColumn(otherCase(column), type.join(" ")),
    };
  },
  setDefault({ progress, column, b }) {
    if (column.constraints.some(({ kind }) => kind === "generated")) return undefined;
    const [text, tokens] = DEFAULTS[b % DEFAULTS.length] as (typeof DEFAULTS)[number];
    return {
      progress: replace(progress, set(column, { kind: "default", tokens })),
      call: (editor) => editor.setDefault(otherCase(column), text),
    };
  },
  dropDefault: (dice) => dropKind(dice, "default", (editor, name) => editor.dropDefault(name)),
  setNotNull({ progress, column }) {
    const bare = without(column, "null");
    const wanted = bare.constraints.some(({ kind }) => kind === "not_null") ? bare : set(bare, { kind: "not_null" });
    return { progress: replace(progress, wanted), call: (editor) => editor.setNotNull(otherCase(column)) };
  },
  dropNotNull: (dice) => dropKind(dice, "not_null", (editor, name) => editor.dropNotNull(name)),
  setCollation({ progress, column, b }) {
    const collation = ["NOCASE", "BINARY", "rtrim"][b % 3] ?? "";
    return {
      progress: replace(progress, set(column, { kind: "collate", collation })),
      call: (editor) => editor.setCollation(otherCase(column), collation),
    };
  },
  addCheck({ progress, column, second, c, writer }) {
    const condition = CONDITIONS[c % CONDITIONS.length] as (typeof CONDITIONS)[number];
    const pieces = condition(column.id, second.id);
    const text = writer.expression(pieces);
    return add(progress, { kind: "check", pieces }, c, (editor, options) => editor.addCheck(text, options));
  },
  addUnique({ progress, column, second, c }) {
    const ids = [...new Set([column.id, second.id])];
    if (constraintsOf(progress.spec).some((one) => one.kind === "unique" && isSame(idsOf(one), ids))) return undefined;
    const unique = { kind: "unique", keys: ids.map((id) => ({ column: id, tail: [] })), conflict: [] } as const;
    const names = namesOfColumns(progress.spec, ids);
    return add(progress, unique, c, (editor, options) => editor.addUnique(names, options));
  },
  addForeignKey({ progress, column, second, a, b, c }) {
    const ids = [...new Set([column.id, second.id])];
    const parentColumns = b % 2 === 0 ? undefined : ids.map((id) => `the "${id}`);
    const onDelete = ACTIONS[a % 3];
    const timing = b % 3 === 0 ? "deferred" : "immediate";
    const tail = [
      ...(onDelete === undefined ? [] : ["ON", "DELETE", ...onDelete.split(" ")]),
      ...(timing === "deferred" ? ["DEFERRABLE", "INITIALLY", "DEFERRED"] : []),
    ];
    const key = { kind: "foreign_key", columns: ids, parentColumns, tail } as const;
    const target = {
      table: PARENT,
      timing,
      ...(onDelete === undefined ? {} : { onDelete }),
      ...(parentColumns === undefined ? {} : { columns: parentColumns }),
    } as const;
    const names = namesOfColumns(progress.spec, ids);
    return add(progress, key, c, (editor, options) => editor.addForeignKey(names, target, options));
  },
  setPrimaryKey({ progress, column, second, c }) {
    const ids = [...new Set([column.id, second.id])];
    const autoincrement = ([undefined, "yes", "no"] as const)[c % 3];
    const names = namesOfColumns(progress.spec, ids);
    return {
      progress: { ...progress, spec: withKey(progress.spec, ids, autoincrement) },
      call: (editor) => editor.setPrimaryKey(names, autoincrement === undefined ? {} : { autoincrement }),
    };
  },
  dropPrimaryKey: ({ progress }) =>
    drop(
      progress,
      (one) => one.kind === "primary_key",
      (editor) => editor.dropPrimaryKey(),
    ),
  dropConstraint({ progress, a }) {
    const names = constraintsOf(progress.spec).flatMap((one) => (one.name === undefined ? [] : [one.name]));
    const name = names[a % names.length];
    return name === undefined
      ? undefined
      : drop(
          progress,
          (one) => one.name === name,
          (editor) => editor.dropConstraint(name.toUpperCase()),
        );
  },
  dropCheck({ progress, a, writer }) {
    const all = constraintsOf(progress.spec).filter((one) => one.kind === "check");
    const chosen = all[a % all.length];
    if (chosen === undefined) return undefined;
    const plain = new Writer(progress.spec);
    const same = all.filter(({ pieces }) => plain.expression(pieces) === plain.expression(chosen.pieces));
    if (same.length > 1) return undefined;
    const text = writer.expression(chosen.pieces);
    return drop(
      progress,
      (one) => one.kind === "check" && one.pieces === chosen.pieces,
      (editor) => editor.dropCheck(text),
    );
  },
  dropUnique({ progress, a }) {
    const all = constraintsOf(progress.spec).filter((one) => one.kind === "unique");
    const chosen = all[a % all.length];
    if (chosen === undefined) return undefined;
    const names = namesOfColumns(progress.spec, idsOf(chosen));
    return drop(
      progress,
      (one) => one.kind === "unique" && isSame(idsOf(one), idsOf(chosen)),
      (editor) => editor.dropUnique(names),
    );
  },
  dropForeignKey({ progress, a }) {
    const all = constraintsOf(progress.spec).filter((one) => one.kind === "foreign_key");
    const chosen = all[a % all.length];
    if (chosen === undefined) return undefined;
    const names = namesOfColumns(progress.spec, chosen.columns);
    return drop(
      progress,
      (one) => one.kind === "foreign_key" && isSame(one.columns, chosen.columns),
      (editor) => editor.dropForeignKey(names),
    );
  },
  setOptions({ progress, a }) {
    const isStrict = a % 2 === 0;
    const isWithoutRowid = a % 3 === 0;
    return {
      progress: { ...progress, spec: { ...progress.spec, isStrict, isWithoutRowid } },
      call: (editor) => {
        if (isStrict) editor.setStrict();
        else editor.setFlexible();
        return isWithoutRowid ? editor.setWithoutRowid() : editor.setRowid();
      },
    };
  },
  fill({ progress, column, b }) {
    if (column.constraints.some(({ kind }) => kind === "generated")) return undefined;
    const text = `${b} + /* a */ 1`;
    const fills = new Map(progress.fills).set(column.id, text);
    return { progress: { ...progress, fills }, call: (editor) => editor.fill(otherCase(column), ` ${text}\n`) };
  },
};

function newName({ columns }: Spec, at: number): string {
  const taken = new Set(columns.map(({ name }) => fold(name.name)));
  const free = NEW_NAMES.filter((name) => !taken.has(fold(name)));
  return free[at % free.length] ?? `fresh ${at}`;
}

/** The name with the case of its ASCII letters changed, which is the same name to SQLite. */
function otherCase({ name }: SpecColumn): string {
  return name.name.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
}

function namesOfColumns({ columns }: Spec, ids: readonly number[]): readonly string[] {
  return ids.map((id) => otherCase(columns.find((one) => one.id === id) as SpecColumn));
}

function dropKind(
  { progress, column }: Dice,
  kind: SpecConstraint["kind"],
  call: (editor: TableEditor, name: string) => TableEditor,
): Play | undefined {
  if (!column.constraints.some((one) => one.kind === kind)) return undefined;
  return { progress: replace(progress, without(column, kind)), call: (editor) => call(editor, otherCase(column)) };
}

function add(
  progress: Progress,
  constraint: SpecConstraint,
  at: number,
  call: (editor: TableEditor, options: { readonly name?: string }) => TableEditor,
): Play | undefined {
  const options = at % 2 === 0 ? {} : { name: `added ${at % 7}` };
  if (options.name !== undefined && namesOf(progress.spec).includes(options.name)) return undefined;
  const { spec } = progress;
  const constraints = [...spec.constraints, { ...constraint, ...options }];
  return { progress: { ...progress, spec: { ...spec, constraints } }, call: (editor) => call(editor, options) };
}

/** Drops the only constraint that is meant; undefined where there are others, or none. */
function drop(
  progress: Progress,
  isMeant: (constraint: SpecConstraint) => boolean,
  call: (editor: TableEditor) => TableEditor,
): Play | undefined {
  const [found, other] = constraintsOf(progress.spec).filter(isMeant);
  if (found === undefined || other !== undefined) return undefined;
  return { progress: { ...progress, spec: withoutConstraint(progress.spec, found) }, call };
}
