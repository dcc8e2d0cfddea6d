/** Whether each squash still makes what the migrations make that it stands for, where those are all there to compare it with. */
import type { CheckResult } from "../core/check/finding.ts";
import { compareSquash, type Made, type SquashVerdict } from "../core/check/compare-squash.ts";
import type { Listing } from "../core/history/listing.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { Schema } from "../core/schema/schema.ts";
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { fs } from "../node.ts";
import { readImage } from "../scratch/read-image.ts";
import type { Rehearsed } from "../scratch/rehearse.ts";
import { digest } from "../scratch/replay-keys.ts";
import type { ReplayStore } from "../scratch/replay-store.ts";
import { replay } from "../scratch/replay.ts";
import { readObjects } from "../scratch/schema-reader.ts";
import type { Session } from "../session.ts";
import { readSquashHeader } from "../source/squash-file.ts";
import { separateShadowTables } from "./module-tables.ts";

/** What the comparison needs. */
export interface SquashInput {
  readonly listing: Listing;
  /** What was rehearsed, by version. It begins with a squash where migrations are gone that it stands for. */
  readonly entries: readonly MigrationEntry[];
  readonly rehearsed: Rehearsed;
  readonly store: ReplayStore;
}

/** Compares each squash. One whose migrations are gone, be it one of them, is what is left of them: there is nothing to compare. */
export function* checkSquashes(session: Session, input: SquashInput): Task<CheckResult> {
  const found: CheckResult[] = [];
  for (const squash of input.listing.squashes) {
    const replaced = replacedBy(squash, input.entries);
    if (replaced !== undefined) found.push(yield* checkSquash(session, squash, { ...input, entries: replaced }));
  }
  return { findings: found.flatMap(({ findings }) => findings), notes: found.flatMap(({ notes }) => notes) };
}

/** The migrations that a squash replaces; undefined where one is not there. */
function replacedBy(squash: MigrationEntry, entries: readonly MigrationEntry[]): readonly MigrationEntry[] | undefined {
  const below = entries.filter(({ version }) => version <= squash.version);
  const last = below.at(-1);
  if (last?.version !== squash.version || last.layout === "squash") return undefined;
  const there = new Set(below.map(({ version }) => version));
  const [first] = below;
  if (first?.layout === "squash") for (const { version } of readSquashHeader(first).covers) there.add(version);
  return readSquashHeader(squash).covers.every(({ version }) => there.has(version)) ? below : undefined;
}

function* checkSquash(
  session: Session,
  squash: MigrationEntry,
  { entries, rehearsed, store }: SquashInput,
): Task<CheckResult> {
  const { file = "", version } = squash;
  const notChecked = (why: string): CheckResult => ({
    findings: [],
    notes: [{ kind: "not_checked", text: `${file} was not compared with its migrations: ${why}` }],
  });
  const { keys, failed } = rehearsed;
  if (failed !== undefined && failed <= version) return notChecked(`version ${failed} cannot be replayed`);
  const made = keys[entries.length - 1];
  const key = made === undefined ? undefined : digest(["squash", made, fs.readFileSync(file, "utf8")]);
  let verdict = store.readSquash(key);
  if (verdict === undefined) {
    const migrations = yield* orProblem(replay(session, { entries }, readMade));
    if (migrations instanceof LockstepError) return notChecked(migrations.details.problem);
    verdict = yield* judge(session, squash, migrations);
    if (key !== undefined) store.writeSquash(key, verdict);
  }
  return { findings: findingsOf(squash, verdict), notes: [] };
}

function* judge(session: Session, squash: MigrationEntry, migrations: Made): Task<SquashVerdict> {
  const made = yield* orProblem(replay(session, { entries: [squash] }, readMade));
  if (!(made instanceof LockstepError)) return compareSquash(migrations, made);
  const { problem, hint } = made.details;
  return { kind: "unusable", problem, fix: hint };
}

function findingsOf({ file = "", version }: MigrationEntry, verdict: SquashVerdict): CheckResult["findings"] {
  switch (verdict.kind) {
    case "same":
      return [];
    case "unusable":
      return [{ code: "squash_stale", problem: verdict.problem, fix: verdict.fix, file }];
    case "different":
      return [
        {
          code: "squash_stale",
          problem: verdict.problem,
          fix: `put the migrations back as they were, or delete the squash and run lockstep squash --to ${version}`,
          file,
          ...(verdict.details.length === 0 ? {} : { details: verdict.details }),
        },
      ];
  }
}

function* readMade(scratch: Session): Task<Made> {
  const separate = (schema: Schema): Task<Schema> => separateShadowTables(scratch, schema);
  return {
    objects: yield* readObjects(scratch.connection, scratch.tables),
    image: yield* readImage(scratch, { separate }),
  };
}

/** The error as a value, where it is one that lockstep tells. */
function* orProblem(task: Task<Made>): Task<Made | LockstepError> {
  try {
    return yield* task;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}
