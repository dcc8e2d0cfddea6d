/** The refusals of `lockstep down` where nobody is there to say yes, and where something else was said yes to. */
import { LockstepError, type PlanView, type StepView } from "../index.ts";
import { listVersions } from "../core/migration/version-list.ts";
import type { Damage } from "./damage.ts";

/** What would need a yes. */
export interface Unconfirmed {
  readonly database: string;
  readonly target: { readonly to?: number; readonly steps?: number };
  readonly plan: PlanView;
  /** The steps whose SQL only the history has. */
  readonly stored: readonly StepView[];
}

/** Nobody can be asked about SQL that only the history has. Nothing has changed. */
export function confirmationNeeded(
  { database, target, plan, stored }: Unconfirmed,
  damage: Damage | undefined,
): LockstepError {
  const versions = stored.map(({ version }) => version).toReversed();
  const from = `going back would run SQL that stands in no file here: the history kept it for ${listVersions(versions)}`;
  const options = Object.entries(target).map(([name, value]) => ` --${name} ${value}`);
  return new LockstepError({
    code: "confirmation_needed",
    problem: damage === undefined ? from : `${from}; ${damage.problem.replace(/^going back /, "it ")}`,
    place: { kind: "database", database },
    outcome: "unchanged",
    databaseVersion: plan.fromVersion,
    hint: `"lockstep plan --down${options.join("")}" shows all of that SQL; where it is right, say --yes`,
    ...(damage === undefined || damage.losses.length === 0 ? {} : { losses: damage.losses }),
    fromHistory: stored,
  });
}

/** Another process has gone up or down while somebody read the question. Nothing has changed. */
export function wayChanged(database: string, databaseVersion: number): LockstepError {
  return new LockstepError({
    code: "confirmation_needed",
    problem: "the way back is not the one any more that was shown: another process was here meanwhile",
    place: { kind: "database", database },
    outcome: "unchanged",
    databaseVersion,
    hint: "run it again, and read what it shows now",
  });
}
