/** Where every migration stands. */
import { toRef } from "../core/migration/reference.ts";
import type { AppliedMigration } from "../core/history/history.ts";
import { resolve, type Standing } from "../core/history/resolve.ts";
import { humanName } from "../core/migration/file-name.ts";
import type { Task } from "../core/task.ts";
import type { MigrationRef } from "../core/migration/migration.ts";
import type { MigrationStatus, StatusReport } from "../report.ts";
import type { Session } from "../session.ts";
import { listMigrations } from "../source/source.ts";
import { readRows } from "../look.ts";
import type { HistorySnapshot } from "../core/history/history.ts";
import { lookClosely } from "./look-closely.ts";
import { findChanged } from "./find-changed.ts";
import { tools } from "./load-tools.ts";
import { proofOf } from "./late-proof.ts";
import { tellVersion } from "./tell-version.ts";

/** The known migrations, by version. */
export function listKnown(session: Session): readonly MigrationRef[] {
  return listMigrations(session.source).map(toRef);
}

/** The state of every migration that the directory or the history knows. Compares the SQL of all applied ones. */
export function* readStatus(session: Session): Task<StatusReport> {
  const known = yield* lookClosely(session);
  const { entries, snapshot } = known;
  return yield* tellVersion(snapshot.version, function* () {
    const applied = yield* readRows(session, snapshot);
    const standings = resolve(entries, snapshot, findChanged(entries, applied));
    const proof = yield* proofOf(session, known, standings);
    const notProven = proof?.kind === "not_proven" ? { notProven: proof.reason } : {};
    const migrations = standings.map((standing) => ({
      ...toStatus(standing, applied, snapshot),
      ...(standing.state === "out_of_order" ? notProven : {}),
    }));
    const waiting = standings.flatMap(({ state, entry }) =>
      state === "pending" && entry !== undefined ? [entry] : [],
    );
    const hazards = waiting.length === 0 ? 0 : yield* (yield* tools(session)).countHazards(session, waiting);
    return {
      database: session.database,
      currentVersion: snapshot.version,
      upToDate: migrations.every(({ state }) => state === "applied"),
      migrations,
      ...(hazards === 0 ? {} : { hazards }),
    };
  });
}

function toStatus(
  standing: Standing,
  applied: ReadonlyMap<number, AppliedMigration>,
  snapshot: HistorySnapshot,
): MigrationStatus {
  const { version, state, entry } = standing;
  const row = applied.get(version);
  const { progress } = snapshot;
  return {
    version,
    name: row?.name ?? entry?.name ?? humanName("", version),
    ...(entry?.file === undefined ? {} : { file: entry.file }),
    state,
    ...(row === undefined ? {} : { appliedAt: row.appliedAt, durationMs: row.durationMs }),
    ...(state === "partial" && progress !== undefined
      ? { progress: { direction: progress.direction, done: progress.done, total: progress.total } }
      : {}),
  };
}
