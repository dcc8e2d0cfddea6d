/** How many dangers and warnings wait in migrations, for a status. */
import { isSerious } from "../core/lint/hazard.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";
import { findHazards } from "./find-hazards.ts";
import { loadTexts } from "./read-lint.ts";

/** 0 also where that cannot be told: a status is for every state that a directory and a database can be in, and `up` says what is wrong. */
export function* countHazards(session: Session, entries: readonly MigrationEntry[]): Task<number> {
  if (entries.length === 0) return 0;
  try {
    const found = yield* findHazards(session, yield* loadTexts(session, entries), "database");
    return found.filter(({ hazard }) => isSerious(hazard)).length;
  } catch (error) {
    if (error instanceof LockstepError && error.code === "invalid_option") throw error;
    return 0;
  }
}
