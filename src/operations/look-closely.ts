/** A closer look where there are squashes: every migration that one stands for has its place, whether its own file is there or not. */
import { merge } from "../core/history/listing.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { Task } from "../core/task.ts";
import { look, type Known } from "../look.ts";
import type { Session } from "../session.ts";
import { readSquashHeader } from "../source/squash-file.ts";

/** Looks, and reads the headers of the squashes. */
export function* lookClosely(session: Session): Task<Known> {
  return expand(yield* look(session));
}

/** The same for what a look has found. A squash that has every file it stands for tells nothing new, and is read all the same. */
export function expand(known: Known): Known {
  const { entries, squashes } = known.listing;
  if (squashes.length === 0) return known;
  return { ...known, entries: merge(entries, squashes.flatMap(coveredBy)) };
}

function coveredBy(squash: MigrationEntry): readonly MigrationEntry[] {
  const { file = "" } = squash;
  return readSquashHeader(squash).covers.map((squashed) => {
    const { version, name } = squashed;
    return { version, name, layout: "squashed", file, squashed };
  });
}
