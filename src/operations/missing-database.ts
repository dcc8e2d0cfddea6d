/** The refusal to read what is not there: an empty result would look like one of a real database. */
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";

/** Throws `database_unreadable` where the session has no database. */
export function refuseMissing({ database, isThere }: Pick<Session, "database" | "isThere">): void {
  if (isThere) return;
  throw new LockstepError({
    code: "database_unreadable",
    problem: "there is no database",
    place: { kind: "database", database },
    outcome: "unchanged",
    hint: 'check the path; "lockstep up" creates it',
  });
}
