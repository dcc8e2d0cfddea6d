/** Applies what is pending: reads and checks all of it first, then runs it. */
import { isUntouched } from "../core/history/listing.ts";
import { resolve } from "../core/history/resolve.ts";
import type { HistorySnapshot } from "../core/history/history.ts";
import type { LoadedMigration } from "../core/migration/migration.ts";
import { planUp, type Plan } from "../core/plan/plan.ts";
import { selectUp, type Selection } from "../core/plan/select.ts";
import type { Task } from "../core/task.ts";
import { runPlan } from "../apply/run-plan.ts";
import type { MigrateReport } from "../report.ts";
import type { Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { look, readRows, type Known } from "../look.ts";
import { expand } from "./look-closely.ts";
import { findChanged } from "./find-changed.ts";
import { proofOf } from "./late-proof.ts";
import { tellHazards } from "./plan-hazards.ts";
import { takeSelected } from "./refusal.ts";
import { tellVersion } from "./tell-version.ts";

/** Applies what is pending, up to and with `to`. Nothing runs before every pending migration is loaded and checked. */
export function* applyPending(session: Session, first: Known, to: number | undefined): Task<MigrateReport> {
  for (let known = first; ; known = yield* look(session, to)) {
    const report = yield* applyKnown(session, known, to);
    if (report !== "overtaken") return { ...report, fromVersion: first.snapshot.version };
  }
}

/** `overtaken`: a squash was to begin the database, and another process has begun it one by one. Nothing was run then. */
function* applyKnown(session: Session, known: Known, to: number | undefined): Task<MigrateReport | "overtaken"> {
  const { plan, select, known: looked } = yield* planPending(session, known, to);
  const { entries, snapshot } = looked;
  yield* tellHazards(session, plan, snapshot.progress?.version);
  const squash = plan.steps.find(({ migration }) => migration.covers !== undefined)?.migration.version;
  let isOvertaken = false;
  const completed = yield* runPlan({
    session,
    plan,
    entries,
    snapshot,
    *isWanted(now, version) {
      isOvertaken ||= squash !== undefined && !isUntouched(now) && !now.versions.includes(squash);
      if (isOvertaken) return false;
      const selected = yield* takeSelected(session, now, select(now));
      return selected.some((standing) => standing.version === version);
    },
  });
  if (isOvertaken) return "overtaken";
  const { toVersion } = completed;
  return { database: session.database, fromVersion: snapshot.version, toVersion, applied: completed.migrations };
}

/** The plan of a way up, and the selection behind it, to be made again inside the lock. */
export interface PendingPlan {
  readonly plan: Plan;
  readonly select: (snapshot: HistorySnapshot) => Selection;
  /** What it is about: a newer look than the first where another process went on in the meantime. */
  readonly known: Known;
}

/** Whether this way up takes no squash. Then every migration has to have a file of its own, and what has none is told. */
function isBegun({ entries, snapshot }: Known, to: number | undefined): boolean {
  const [first] = entries;
  return !isUntouched(snapshot) || first?.layout !== "squash" || first.version > (to ?? first.version);
}

/** Loads what is pending and plans it. */
export function* planPending(session: Session, known: Known, to: number | undefined): Task<PendingPlan> {
  const { snapshot } = known;
  return yield* tellVersion(snapshot.version, function* () {
    const { entries } = isBegun(known, to) ? expand(known) : known;
    const { policies } = session;
    // A proof is about what was applied, and not about what its file says now.
    const matters = policies.changed === "refuse" || policies.outOfOrder === "if-commutes";
    const mustCompare = matters && snapshot.versions.length > 0;
    const changed = mustCompare ? findChanged(entries, yield* readRows(session, snapshot)) : new Set<number>();
    const standings = resolve(entries, snapshot, changed);
    // What is refused for another reason is not tried.
    const tried = selectUp(standings, snapshot.version, { to, policies: { ...policies, outOfOrder: "allow" } });
    const proof = tried.kind === "refused" ? undefined : yield* proofOf(session, known, standings, to);
    if (proof?.kind === "not_proven") {
      // Another process may just have applied what came late: then the database is not what was looked at.
      const now = yield* look(session, to);
      if (now.snapshot.versions.join() !== snapshot.versions.join()) return yield* planPending(session, now, to);
    }
    const select = (now: HistorySnapshot): Selection =>
      selectUp(resolve(entries, now, changed), now.version, { to, policies, proof });
    const migrations: LoadedMigration[] = [];
    for (const { entry } of yield* takeSelected(session, snapshot, select(snapshot))) {
      if (entry !== undefined) migrations.push(yield* loadMigration(entry, session.mode));
    }
    return { plan: planUp(migrations, snapshot.version), select, known };
  });
}
