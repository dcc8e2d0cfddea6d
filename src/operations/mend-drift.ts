/** The SQL that leads a database that has drifted back to the schema that its migrations make. */
import type { StoredObject } from "../core/check/stored-object.ts";
import type { Schema } from "../core/schema/schema.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import type { Session } from "../session.ts";
import { draftMigration } from "./draft-migration.ts";
import { probeCapabilities } from "./probe-capabilities.ts";
import { readUserSchema } from "./read-user-schema.ts";

/** The SQL was run on a copy of the schema. What nobody can read, for one, nobody can mend: then there is a sentence about why. */
export type Mended =
  | { readonly kind: "drafted"; readonly sql: string }
  | { readonly kind: "none"; readonly why: string };

/** Drafts it. Reads the database. */
export function* mendDrift(session: Session, expected: readonly StoredObject[]): Task<Mended> {
  try {
    const { up } = yield* draftMigration(session, {
      from: yield* readUserSchema(session),
      to: yield* schemaOf(session, expected),
      // Somebody who has renamed a thing by hand can see it in the difference.
      renames: [],
      allow: new Set(),
      comments: "ignore",
      capabilities: yield* probeCapabilities(session),
      place: { kind: "database", database: session.database },
    });
    return { kind: "drafted", sql: up };
  } catch (error) {
    if (error instanceof LockstepError) return { kind: "none", why: error.details.problem };
    throw error;
  }
}

/** The schema that these objects make, in an order in which they can be made. */
function* schemaOf(session: Session, objects: readonly StoredObject[]): Task<Schema> {
  return yield* onScratch(session, function* (scratch) {
    const { connection } = scratch;
    yield* wait(connection.query("PRAGMA foreign_keys = OFF"));
    const isVirtual = ({ sql }: StoredObject): boolean => /^CREATE\s+VIRTUAL\b/i.test(sql);
    const ranks = ["table", "view", "index", "trigger"];
    const rank = (object: StoredObject): number => ranks.indexOf(object.type) + (isVirtual(object) ? 1.5 : 0);
    for (const object of objects.toSorted((left, right) => rank(left) - rank(right))) {
      // The module of a virtual table makes its own.
      if (yield* isThere(scratch, object)) continue;
      yield* wait(connection.execute(object.sql));
    }
    return yield* readUserSchema(scratch);
  });
}

function* isThere({ connection }: Session, { name, type }: StoredObject): Task<boolean> {
  const rows = yield* wait(connection.query("SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?", [type, name]));
  return rows.length > 0;
}
