/** Drafts both ways of a migration, and runs them on copies in memory before anybody sees them. */
import type { Change, Rename } from "../core/diff/change.ts";
import { diffSchemas, type SchemaDiffOptions } from "../core/diff/diff-schemas.ts";
import type { DraftCapabilities } from "../core/draft/capabilities.ts";
import { draftWay } from "../core/draft/draft-way.ts";
import type { Schema } from "../core/schema/schema.ts";
import { parseSql } from "../core/sql/migration-file.ts";
import { isSameName } from "../core/sql/quote.ts";
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { brokenObjects, type Broken } from "../apply/alter/broken-objects.ts";
import { executeStatement } from "../apply/execute.ts";
import { makeSchema } from "../scratch/make-schema.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import type { Session } from "../session.ts";
import { refuseRest, unwritable, wayError, type DraftedSchemas } from "./draft-error.ts";
import { readUserSchema } from "./read-user-schema.ts";
import { renameSchema } from "./rename-schema.ts";

/** What a migration is drafted from. */
export interface DraftInput extends DraftedSchemas {
  readonly renames: readonly Rename[];
  readonly allow: ReadonlySet<string>;
  readonly comments: NonNullable<SchemaDiffOptions["comments"]>;
  readonly capabilities: DraftCapabilities;
}

/** A migration that was tried. */
export interface Drafted {
  readonly changes: readonly Change[];
  /** The schema before, with the new names of what is renamed. */
  readonly renamed: Schema;
  readonly up: string;
  readonly down: string;
  /** The views and triggers that do not work in the wanted schema, but for those that did not before. */
  readonly broken: Broken;
}

/**
 * Drafts a migration. On a copy of the schema in memory its way up ends at the wanted schema, and its way down at the one before; else it
 * is refused with `internal_invariant`. Throws `rebuild_refused` for what no migration can do.
 */
export function* draftMigration(session: Session, input: DraftInput): Task<Drafted> {
  const { from, to, renames, allow, comments, capabilities } = input;
  const renamed = yield* renameSchema(session, from, renames);
  const changes = diffSchemas(renamed, to, { renames, comments });
  if (changes.length === 0) return { changes, renamed, up: "", down: "", broken: new Map() };
  const up = draftWay({ from: renamed, to, changes, renames, capabilities, direction: "up", allow });
  return yield* onScratch(session, function* (scratch) {
    yield* makeSchema(scratch, from);
    const known = yield* brokenObjects(scratch.connection, from);
    const after = yield* tryWay(scratch, input, { sql: up, direction: "up" });
    refuseRest(diffSchemas(after, to, { comments }), "the drafted way up ends at the wanted schema");
    const broken = [...(yield* brokenObjects(scratch.connection, to))].filter(([key]) => !known.has(key));
    const back = renames.map((rename) => inverse(rename, renames));
    const before = yield* renameSchema(session, after, back);
    const down = draftWay({
      from: before,
      to: from,
      changes: diffSchemas(before, from, { renames: back, comments }),
      renames: back,
      capabilities,
      direction: "down",
    });
    const end = yield* tryWay(scratch, input, { sql: down, direction: "down" });
    refuseRest(diffSchemas(end, from, { comments }), "the drafted way down ends at the schema before");
    return { changes, renamed, up, down, broken: new Map(broken) };
  });
}

/** The rename back. A column stands in the table that has its old name again. */
function inverse(rename: Rename, renames: readonly Rename[]): Rename {
  const { from, to } = rename;
  if (rename.kind === "table") return { kind: "table", from: to, to: from };
  const table = renames.find((one) => one.kind === "table" && isSameName(one.to, rename.table))?.from;
  return { kind: "column", table: table ?? rename.table, from: to, to: from };
}

interface DraftedWay {
  readonly sql: string;
  readonly direction: "up" | "down";
}

/** Runs one way on a copy, and gives the schema that it leads to. */
function* tryWay(scratch: Session, input: DraftInput, { sql, direction }: DraftedWay): Task<Schema> {
  const parsed = parseSql(sql, `(the drafted way ${direction})`);
  if (parsed.kind === "problem") throw unwritable(input, direction, parsed.problem.message);
  for (const index of parsed.up.statements.keys()) {
    try {
      yield* executeStatement(scratch, parsed.up, index + 1);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      throw yield* wayError(scratch, input, { error, direction });
    }
  }
  return yield* readUserSchema(scratch);
}
