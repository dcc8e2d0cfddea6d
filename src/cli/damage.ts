/** What a way back would destroy, as the command line tells it. */
import { visible } from "../core/diagnostic/visible.ts";
import { describeLoss, LockstepError, type Loss } from "../index.ts";

/** What would be destroyed, counted; no losses where it cannot be measured, which the problem then says. */
export interface Damage {
  readonly losses: readonly Loss[];
  readonly problem: string;
}

/** Runs `act`; gives the refusal of a way back that would destroy something, or may. */
export async function refusalOf<T>(act: () => Promise<T>): Promise<T | LockstepError> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof LockstepError && error.code === "would_lose_data") return error;
    throw error;
  }
}

/** What a refusal is about, or a measurement; undefined where nothing would be lost. */
export function toDamage(found: LockstepError | readonly Loss[]): Damage | undefined {
  if (found instanceof LockstepError) return { losses: found.details.losses ?? [], problem: found.details.problem };
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : " and more";
  return { losses: found, problem: `going back would destroy ${describeLoss(first)}${more}` };
}

/** The sentence before the question. */
export function tellDamage({ losses, problem }: Damage): string {
  if (losses.length === 0) return visible(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`);
  const lines = losses.map((loss) => visible(describeLoss(loss)));
  return lines.length === 1 ? `This destroys ${lines[0]}.` : `This destroys\n    ${lines.join("\n    ")}`;
}
