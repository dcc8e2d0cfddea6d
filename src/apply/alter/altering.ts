/** A change of a table that is under way. */
import type { AlterIntent } from "../../core/alter/intent.ts";
import type { AlterProblem } from "../../core/alter/problem.ts";
import { foldIdentifier } from "../../core/sql/quote.ts";
import { LockstepError, type Place } from "../../error.ts";
import type { Session } from "../../session.ts";

/** Gives the place of a part of the statement, or of all of it. */
export type AlterPlace = (part?: { readonly offset: number; readonly length: number }) => Place;

/** What is being done, and where it was said. */
export interface Altering {
  readonly session: Session;
  readonly intent: AlterIntent;
  readonly place: AlterPlace;
  /** Whether it is done on an empty copy, for a table that has rows: then the statements that need them are run too. */
  readonly isPlanned?: boolean;
}

/** The error for what cannot be carried through. The transaction around it is rolled back. */
export function refuse(
  { place }: Pick<Altering, "place">,
  { problem, hint, place: part }: Omit<AlterProblem, "kind">,
): LockstepError {
  return new LockstepError({ code: "rebuild_refused", problem, place: place(part), outcome: "rolled_back", hint });
}

/** The value, or the refusal that stands in its place. */
export function orRefuse<T extends object>(altering: Pick<Altering, "place">, value: T | AlterProblem): T {
  if ("problem" in value) throw refuse(altering, value);
  return value;
}

/** Where a wanted column is written; the whole statement where that is not known. */
export function placeOfColumn({ intent, place }: Altering, column: string): Place {
  return place(intent.places?.get(foldIdentifier(column)));
}
