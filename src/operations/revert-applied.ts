/** Undoes applied migrations, newest first: from their own way down, or from what the history kept of it. */
import { toRef } from "../core/migration/reference.ts";
import type { AppliedMigration, HistorySnapshot } from "../core/history/history.ts";
import { isApplied, resolve, type Standing } from "../core/history/resolve.ts";
import { humanName } from "../core/migration/file-name.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import { selectDown } from "../core/plan/select.ts";
import type { Task } from "../core/task.ts";
import { lossError } from "../apply/loss.ts";
import { measurePlan } from "../apply/measure-plan.ts";
import { runPlan } from "../apply/run-plan.ts";
import { checkTarget } from "../check-options.ts";
import { LockstepError } from "../error.ts";
import type { Loss, RollbackReport } from "../report.ts";
import type { RollbackTarget } from "../options.ts";
import type { Session } from "../session.ts";
import { loadMigration, reverseBody } from "../source/load.ts";
import { look, readRows, type Known } from "../look.ts";
import { takeSelected } from "./refusal.ts";
import { tellVersion } from "./tell-version.ts";

/** Undoes what the target says. Every way back is loaded and checked before the first one runs. */
export function* revertApplied(
  session: Session,
  { allowLoss = false, ...target }: RollbackTarget & { readonly allowLoss?: boolean },
): Task<RollbackReport> {
  const known = yield* look(session);
  const { entries, snapshot } = known;
  const plan = yield* planRevert(session, known, target);
  // A single step is measured in its own transaction. Of several, none may go before all are known to lose nothing.
  if (!allowLoss && plan.steps.length > 1) {
    const losses = yield* measurePlan(session, plan, known);
    if (losses.length > 0) throw lossError(session, losses).with({ databaseVersion: snapshot.version });
  }
  const { toVersion, migrations } = yield* runPlan({
    session,
    plan,
    entries,
    snapshot,
    isWanted,
    refusesLoss: !allowLoss,
  });
  return { database: session.database, fromVersion: snapshot.version, toVersion, reverted: migrations };
}

/** What undoing it would destroy; the database is as before. */
export function* measureLoss(session: Session, target: RollbackTarget): Task<readonly Loss[]> {
  const known = yield* look(session);
  const plan = yield* planRevert(session, known, target);
  return yield* measurePlan(session, plan, known);
}

/** Plans the way back from `known`. */
export function* planRevert(session: Session, { entries, snapshot }: Known, target: RollbackTarget): Task<Plan> {
  checkTarget(target);
  return yield* tellVersion(snapshot.version, function* () {
    const standings = resolve(entries, snapshot);
    const selected = takeSelected(session, snapshot, selectDown(standings, snapshot.version, target));
    const applied = yield* readRows(session, snapshot);
    const steps: Step[] = [];
    for (const standing of selected) steps.push(yield* toStep(session, standing, applied.get(standing.version)));
    const gone = new Set(selected.map(({ version }) => version));
    const left = standings.filter(({ version, state }) => isApplied(state) && !gone.has(version));
    return { direction: "down", fromVersion: snapshot.version, toVersion: left.at(-1)?.version ?? 0, steps };
  });
}

/** A step back is wanted as long as its version is the newest that is applied: another process may have undone it meanwhile. */
function isWanted(now: HistorySnapshot, version: number): boolean {
  return now.version === version;
}

function* toStep(session: Session, { version, entry }: Standing, row: AppliedMigration | undefined): Task<Step> {
  if (entry !== undefined) {
    const migration = yield* loadMigration(entry, session.mode);
    if (migration.down !== undefined) return { migration, body: migration.down, origin: "source" };
  }
  const name = row?.name ?? entry?.name ?? humanName("", version);
  const file = entry?.file;
  const migration = {
    version,
    name,
    ...(file === undefined ? {} : { file }),
    transaction: true,
    foreignKeys: "check",
    checksum: null,
  } as const;
  // A file without a way down says that there is none, even if an older text of it had one.
  if (entry === undefined && typeof row?.reverseSql === "string")
    return { migration, body: reverseBody(row.reverseSql), origin: "history" };
  throw new LockstepError({
    code: "irreversible",
    problem: `migration ${version} "${name}" has no way down`,
    place: file === undefined ? { kind: "database", database: session.database } : { kind: "file", file },
    outcome: "unchanged",
    migration: toRef(migration),
    hint:
      entry === undefined
        ? "its file is gone, and the history has no SQL to undo it; put the file back"
        : "write one, or go on with a new migration instead",
  });
}
