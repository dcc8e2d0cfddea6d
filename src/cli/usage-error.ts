/** An error in the use of the command line: exit code 2. */
import { LockstepError } from "../index.ts";

/** `argument` is the part that is wrong, as it was written. */
export function usageError(argument: string, problem: string, hint: string): LockstepError {
  return new LockstepError({
    code: "invalid_usage",
    problem,
    place: { kind: "argument", argument },
    outcome: "unchanged",
    hint,
  });
}
