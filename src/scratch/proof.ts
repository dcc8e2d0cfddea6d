/** What is found out about the way back of one migration. */
import type { FoundInMigration, Verdict } from "../core/check/verdict.ts";
import type { LockstepError } from "../error.ts";

/** The part of a verdict that a proof gives. */
export type Proof = Pick<Verdict, "findings" | "notes" | "proof">;

/** Nothing is proven of what fails on its way up: the replay itself tells of that. */
export const UNPROVEN: Proof = { findings: [], notes: [], proof: "not_proven" };

/** Nothing more was found out than this. */
export function found(finding: FoundInMigration): Proof {
  return { ...UNPROVEN, findings: [finding] };
}

/** Nothing is wrong, and nothing is proven. */
export function noted(note: Proof["notes"][number]): Proof {
  return { ...UNPROVEN, notes: [note] };
}

/** A run that failed, as a finding: `what` says which run, and the error what was wrong. */
export function failure(
  { details }: LockstepError,
  { code, part, what }: Pick<FoundInMigration, "code" | "part"> & { readonly what: string },
): FoundInMigration {
  const { place, problem, hint } = details;
  const { line, column } = place.kind === "file" ? place : {};
  return {
    code,
    part,
    problem: `${what}: ${problem}`,
    fix: hint,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
