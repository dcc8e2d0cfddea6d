/** Undoes applied migrations, newest first: from their own way down, or from what the history kept of it. */
import { COMPUTED } from "../core/alter/reverse.ts";
import { toRef } from "../core/migration/reference.ts";
import type { AppliedMigration, HistorySnapshot } from "../core/history/history.ts";
import { isApplied, resolve } from "../core/history/resolve.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { Irreversible } from "../core/plan/irreversible.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import { selectDown } from "../core/plan/select.ts";
import { wait, type Task } from "../core/task.ts";
import { lossError } from "../apply/loss.ts";
import { measurePlan } from "../apply/measure-plan.ts";
import { runPlan } from "../apply/run-plan.ts";
import { checkTarget } from "../check-options.ts";
import type { Loss, RollbackReport } from "../report.ts";
import type { RollbackTarget } from "../options.ts";
import type { Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { readRows, type Known } from "../look.ts";
import { lookClosely } from "./look-closely.ts";
import { irreversibleError } from "./irreversible-error.ts";
import { takeSelected } from "./refusal.ts";
import { storedWay, tellStored, type WayBack } from "./stored-way.ts";
import { tellVersion } from "./tell-version.ts";

/** Undoes what the target says. Every way back is loaded and checked before the first one runs. */
export function* revertApplied(
  session: Session,
  { allowLoss = false, ...target }: RollbackTarget & { readonly allowLoss?: boolean },
): Task<RollbackReport> {
  const known = yield* lookClosely(session);
  const { entries, snapshot } = known;
  const plan = yield* planRevert(session, known, target);
  return yield* tellStored(plan, function* () {
    // A single step is measured in its own transaction. Of several, none may go before all are known to lose nothing.
    if (!allowLoss && plan.steps.length > 1) {
      yield* tellVersion(snapshot.version, function* () {
        const losses = yield* measurePlan(session, plan, known);
        if (losses.length > 0) throw lossError(session, losses);
      });
    }
    const refusesLoss = !allowLoss;
    const { toVersion, migrations } = yield* runPlan({ session, plan, entries, snapshot, isWanted, refusesLoss });
    return { database: session.database, fromVersion: snapshot.version, toVersion, reverted: migrations };
  });
}

/** What undoing it would destroy; the database is as before. */
export function* measureLoss(session: Session, target: RollbackTarget): Task<readonly Loss[]> {
  const known = yield* lookClosely(session);
  const plan = yield* planRevert(session, known, target);
  const measured = (): Task<readonly Loss[]> => measurePlan(session, plan, known);
  return yield* tellStored(plan, () => tellVersion(known.snapshot.version, measured));
}

/** Plans the way back from `known`. What cannot be undone is told of all of it, before anything runs. */
export function* planRevert(session: Session, { entries, snapshot }: Known, target: RollbackTarget): Task<Plan> {
  checkTarget(target);
  return yield* tellVersion(snapshot.version, function* () {
    const standings = resolve(entries, snapshot);
    const selected = yield* takeSelected(session, snapshot, selectDown(standings, snapshot.version, target));
    const applied = yield* readRows(session, snapshot);
    const steps: Step[] = [];
    const obstacles: Irreversible[] = [];
    for (const { version, entry } of selected) {
      const row = applied.get(version);
      const way =
        entry === undefined || entry.layout === "squashed"
          ? storedWay(session, snapshot, { version, row })
          : yield* ownWay(session, snapshot, { version, entry, row });
      if (way.kind === "step") steps.push(way.step);
      else obstacles.push(way.irreversible);
    }
    const versions = selected.map(({ version }) => version);
    const [newest, ...others] = obstacles;
    if (newest !== undefined)
      throw irreversibleError({ database: session.database, versions, irreversible: [newest, ...others] });
    const left = standings.filter(({ version, state }) => isApplied(state) && !versions.includes(version));
    return { direction: "down", fromVersion: snapshot.version, toVersion: left.at(-1)?.version ?? 0, steps };
  });
}

interface Own {
  readonly version: number;
  readonly entry: MigrationEntry;
  readonly row: AppliedMigration | undefined;
}

/**
 * The way back that a migration itself has. One without says that there is none, even if an older text of it had one, unless lockstep
 * has computed it from what was run.
 */
function* ownWay(session: Session, snapshot: HistorySnapshot, { version, entry, row }: Own): Task<WayBack> {
  const migration = yield* loadMigration(entry, session.mode);
  if (migration.down !== undefined)
    return { kind: "step", step: { migration, body: migration.down, origin: "source" } };
  if (row?.reverse.kind === "sql" && row.reverse.sql.startsWith(COMPUTED))
    return storedWay(session, snapshot, { version, row });
  const irreversible = { ...toRef({ ...entry, name: row?.name ?? entry.name }), reason: "no_way_down" } as const;
  return { kind: "none", irreversible };
}

/** A step back is wanted as long as its version is the newest that is applied: another process may have undone it meanwhile. */
function* isWanted(now: HistorySnapshot, version: number): Task<boolean> {
  return yield* wait(now.version === version);
}
