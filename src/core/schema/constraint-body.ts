/** Puts a constraint together: its name, what follows that, and where it stands. */
import type { ColumnConstraint, ConstraintSource, NameOnly, TableConstraint } from "./constraint.ts";
import type { DefinitionReader } from "./reader.ts";

/** A constraint before it is known where it begins and whether it has a name. */
export type ConstraintBody<Constraint> = Constraint extends { readonly source: infer Source }
  ? Omit<Constraint, "name" | "source"> & { readonly source: Omit<Source, keyof ConstraintSource> }
  : never;

type AnyConstraint = ColumnConstraint | TableConstraint;

/**
 * Takes `CONSTRAINT name` where it stands, and what `read` finds behind it. A name that no constraint follows is one without a body;
 * undefined where there is neither.
 */
export function readNamed<Constraint extends AnyConstraint>(
  reader: DefinitionReader,
  read: () => ConstraintBody<Constraint> | undefined,
): Constraint | NameOnly | undefined {
  const first = reader.at;
  const name = reader.take("CONSTRAINT") ? reader.name("the name of the constraint") : undefined;
  const body = read();
  if (body === undefined && name === undefined) return undefined;
  const { source, ...rest } = body ?? { kind: "name_only", source: {} };
  const span = reader.spanFrom(first);
  const named = name === undefined ? {} : { name: name.name };
  const place = name === undefined ? { span } : { span, name: name.span };
  return { ...rest, ...named, source: { ...source, ...place } } as Constraint | NameOnly;
}
