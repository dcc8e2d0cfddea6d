/** What a table says, without where it says it: two texts that mean the same have the same outline. */
import type { Comment } from "../../sql/token.ts";
import type { ColumnConstraint, TableConstraint } from "../constraint.ts";
import type { Column, Table, TableOption } from "../table.ts";

/** A value of the model without its places. */
export type Bare<Value> = Value extends readonly (infer Item)[]
  ? readonly Bare<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value as Key extends PlaceKey ? never : Key]: Bare<Value[Key]> }
    : Value;

type PlaceKey = "source" | "span";

export type ColumnOutline = Bare<Pick<Column, "name" | "type">> & {
  readonly constraints: readonly Bare<ColumnConstraint>[];
};

export interface Outline {
  readonly name: string;
  readonly columns: readonly ColumnOutline[];
  /** Those that stand beside the columns. */
  readonly constraints: readonly Bare<TableConstraint>[];
  readonly options: readonly TableOption["kind"][];
  /** The texts of all comments. */
  readonly comments: readonly string[];
}

/** The outline of a table. Its constraints are those of the model, the same objects. */
export function outlineOf({ name, columns, definitions, source, comments }: Table): Outline {
  return {
    name,
    columns,
    constraints: definitions.flatMap((one) => (one.kind === "constraint" ? [one.constraint] : [])),
    options: source.options.map(({ kind }) => kind),
    comments: [...comments, ...definitions.flatMap((one) => one.comments)].map(commentText),
  };
}

/** Where two outlines differ, as the names of what differs; empty where they are the same. */
export function differencesOf(left: Outline, right: Outline): readonly string[] {
  const leftParts = partsOf(left);
  const rightParts = partsOf(right);
  const names = new Set([...leftParts.keys(), ...rightParts.keys()]);
  return [...names].filter((name) => leftParts.get(name) !== rightParts.get(name));
}

function partsOf({ name, columns, constraints, options, comments }: Outline): ReadonlyMap<string, string> {
  return new Map([
    ["the name", name],
    ["the columns", textOfValue(columns.map((column) => column.name))],
    ...columns.map((column): [string, string] => {
      const { name: own, type, constraints: all } = column;
      return [`the column ${own}`, textOfValue({ type, constraints: all })];
    }),
    ["the constraints", textOfValue(constraints)],
    ["the options", textOfValue([...new Set(options)].toSorted())],
    ["the comments", textOfValue(comments.toSorted())],
  ]);
}

/** A value as text without its places, its members in one order. */
function textOfValue(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (key === "source" || key === "span") return undefined;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}

/** A comment without the blanks at its end: a line comment takes those for its own that are left over behind it. */
export function commentText({ text }: Comment): string {
  return text.trimEnd();
}

/** The comments without these, each taken away once. */
export function withoutComments(comments: readonly string[], gone: readonly Comment[]): readonly string[] {
  const rest = [...comments];
  for (const comment of gone) {
    const at = rest.indexOf(commentText(comment));
    if (at !== -1) rest.splice(at, 1);
  }
  return rest;
}
