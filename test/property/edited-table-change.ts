/** What the operations do to a table as the test knows it. What is not changed stays the same object. */
import type { Key, Spec, SpecColumn, SpecConstraint } from "./edited-table.ts";

/** The table so far. Columns that leave are in it until the end. */
export interface Progress {
  readonly spec: Spec;
  readonly leaving: ReadonlySet<number>;
  readonly fills: ReadonlyMap<number, string>;
}

export function constraintsOf({ columns, constraints }: Spec): readonly SpecConstraint[] {
  return [...columns.flatMap((column) => column.constraints), ...constraints];
}

export function namesOf(spec: Spec): readonly string[] {
  return constraintsOf(spec).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export function idsOf(constraint: SpecConstraint & { readonly kind: "unique" | "primary_key" }): readonly number[] {
  return constraint.keys.map(({ column }) => column);
}

export function isSame(left: readonly number[], right: readonly number[]): boolean {
  return left.join() === right.join();
}

export function replace(progress: Progress, column: SpecColumn): Progress {
  const columns = progress.spec.columns.map((one) => (one.id === column.id ? column : one));
  return { ...progress, spec: { ...progress.spec, columns } };
}

/** The column with the constraint in place of the one of its kind, whose name it keeps, or behind all. */
export function set(column: SpecColumn, constraint: SpecConstraint): SpecColumn {
  const isThere = column.constraints.some(({ kind }) => kind === constraint.kind);
  const constraints = isThere
    ? column.constraints.map((one) => (one.kind === constraint.kind ? { ...labelOf(one), ...constraint } : one))
    : [...column.constraints, constraint];
  return { ...column, constraints };
}

function labelOf({ name }: SpecConstraint): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

export function without(column: SpecColumn, kind: SpecConstraint["kind"]): SpecColumn {
  return { ...column, constraints: column.constraints.filter((one) => one.kind !== kind) };
}

/** The table without one constraint, wherever it stands. */
export function withoutConstraint(spec: Spec, gone: SpecConstraint): Spec {
  return eachList(spec, (all) => all.filter((one) => one !== gone));
}

/** Changes all lists of constraints. A column whose list stays the same stays the same object. */
function eachList(spec: Spec, change: (all: readonly SpecConstraint[]) => readonly SpecConstraint[]): Spec {
  const columns = spec.columns.map((column) => {
    const constraints = change(column.constraints);
    const isSameList =
      constraints.length === column.constraints.length &&
      constraints.every((one, index) => one === column.constraints[index]);
    return isSameList ? column : { ...column, constraints };
  });
  return { ...spec, columns, constraints: change(spec.constraints) };
}

type SpecKey = SpecConstraint & { readonly kind: "primary_key" };

function isBeside({ constraints }: Spec, constraint: SpecConstraint): boolean {
  return constraints.includes(constraint);
}

export function withKey(spec: Spec, ids: readonly number[], wanted: "yes" | "no" | undefined): Spec {
  const isKey = (one: SpecConstraint): one is SpecKey => one.kind === "primary_key";
  const old = constraintsOf(spec).find(isKey);
  const isSameKey = old !== undefined && isSame(idsOf(old), ids);
  const autoincrement = wanted === undefined ? isSameKey && old.autoincrement : wanted === "yes";
  // In a column ASC is said where nothing else can be, and says nothing.
  const tails = new Map(
    old?.keys.map(({ column, tail }) => [
      column,
      isSameKey || isBeside(spec, old) ? tail : tail.filter((one) => one !== "ASC"),
    ]),
  );
  const keys = ids.map((column): Key => ({ column, tail: tails.get(column) ?? [] }));
  const key: SpecKey = { conflict: [], ...old, kind: "primary_key", keys, autoincrement };
  if (old !== undefined && (isSameKey || isBeside(spec, old))) {
    return eachList(spec, (all) => all.map((one) => (one === old ? key : one)));
  }
  const rest = old === undefined ? spec : withoutConstraint(spec, old);
  if (ids.length > 1) return { ...rest, constraints: [...rest.constraints, key] };
  const columns = rest.columns.map((column) =>
    column.id === ids[0] ? { ...column, constraints: [...column.constraints, key] } : column,
  );
  return { ...rest, columns };
}

/** What is left when the columns that leave are gone; undefined where something keeps one of them. */
export function end({ spec, leaving }: Progress): Spec | undefined {
  const stays = spec.columns.filter(({ id }) => !leaving.has(id));
  const others = [...stays.flatMap((column) => column.constraints), ...spec.constraints];
  const isKept = spec.columns.some(({ id, constraints }) => {
    if (!leaving.has(id)) return false;
    return others.some((one) => mentioned(one).includes(id)) || constraints.some((one) => keeps(one, id));
  });
  return isKept || stays.length === 0 ? undefined : { ...spec, columns: stays };
}

/** Whether something in the definition of a column is not the column's own. */
function keeps(constraint: SpecConstraint, id: number): boolean {
  return constraint.kind === "primary_key" || (constraint.kind === "check" && !mentioned(constraint).includes(id));
}

/** The columns that a constraint names. */
export function mentioned(constraint: SpecConstraint): readonly number[] {
  switch (constraint.kind) {
    case "check":
    case "generated":
      return constraint.pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.column]));
    case "unique":
    case "primary_key":
      return idsOf(constraint);
    case "foreign_key":
      return [...constraint.columns, ...(constraint.parentColumns ?? []).filter((one) => typeof one === "number")];
    default:
      return [];
  }
}
