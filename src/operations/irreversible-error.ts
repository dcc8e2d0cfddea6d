/** The refusal of a way back of which a part cannot be undone: names all of that part. */
import { describeReason, type Irreversible } from "../core/plan/irreversible.ts";
import { toRef } from "../core/migration/reference.ts";
import { LockstepError } from "../error.ts";

/** The way back, newest first, and what of it cannot be undone. */
export interface BlockedWay {
  readonly database: string;
  /** The versions that were to be undone. */
  readonly versions: readonly number[];
  readonly irreversible: readonly [Irreversible, ...Irreversible[]];
}

/** Makes the error. Nothing has run. */
export function irreversibleError({ database, versions, irreversible }: BlockedWay): LockstepError {
  const [newest] = irreversible;
  const alone = irreversible.length === 1 ? newest : undefined;
  return new LockstepError({
    code: "irreversible",
    problem: alone === undefined ? count(irreversible.length, versions.length) : describeOne(alone),
    place: alone?.file === undefined ? { kind: "database", database } : { kind: "file", file: alone.file },
    outcome: "unchanged",
    migration: toRef(newest),
    hint: advise(versions, irreversible),
    irreversible,
  });
}

function count(some: number, all: number): string {
  return some === all
    ? `none of the ${all} migrations can be undone here`
    : `${some} of the ${all} migrations cannot be undone here`;
}

function describeOne(one: Irreversible): string {
  const title = `migration ${one.version} "${one.name}"`;
  return one.reason === "no_way_down"
    ? `${title} has no way down`
    : `${title} cannot be undone here: ${describeReason(one)}`;
}

function advise(versions: readonly number[], irreversible: BlockedWay["irreversible"]): string {
  const [newest] = irreversible;
  const gone = irreversible.filter(({ reason }) => reason !== "no_way_down").length;
  const unwritten = irreversible.length - gone;
  const parts: string[] = [];
  if (gone === 1) parts.push("put its file back, or start the build that has it");
  if (gone > 1) parts.push("put the files back, or start the build that has them");
  if (unwritten > 0) {
    const missing = unwritten === 1 ? "the way down that is missing" : "the ways down that are missing";
    parts.push(`write ${irreversible.length === 1 ? "one" : missing}, or go on with a new migration instead`);
  }
  // What is newer than all of them can still be undone.
  if (newest.version !== versions[0]) parts.push(`"lockstep down --to ${newest.version}" undoes what is newer`);
  return parts.join("; ");
}
