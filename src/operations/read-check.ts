/** Checks migrations and database against each other, and collects all that is found. Writes nothing into the database. */
import { historyFindings, lateNotes } from "../core/check/history-findings.ts";
import type { CheckResult } from "../core/check/finding.ts";
import { findingsOf, notesOf } from "../core/check/verdict.ts";
import { NO_HISTORY, type AppliedMigration, type HistorySnapshot } from "../core/history/history.ts";
import { fromSquash, withSquashes } from "../core/history/listing.ts";
import { isApplied, resolve, type Standing } from "../core/history/resolve.ts";
import { checksumsDiffer } from "../core/migration/checksum.ts";
import { humanName } from "../core/migration/file-name.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { Task } from "../core/task.ts";
import { optionError } from "../check-options.ts";
import { readHistory, readRows } from "../look.ts";
import type { CheckOptions } from "../options.ts";
import type { CheckReport } from "../report.ts";
import { cacheFolder } from "../scratch/cache-folder.ts";
import { rehearse, type Rehearsed } from "../scratch/rehearse.ts";
import { ReplayStore } from "../scratch/replay-store.ts";
import type { Session } from "../session.ts";
import { listAll } from "../source/source.ts";
import { expand } from "./look-closely.ts";
import { findChanged } from "./find-changed.ts";
import { proofOf } from "./late-proof.ts";
import { checkDrift } from "./check-drift.ts";
import { checkFiles, filesToWrite } from "./check-files.ts";
import { checkHazards } from "./check-hazards.ts";
import { checkSquashes } from "./check-squashes.ts";

/** Checks all that can be checked, and says what could not. */
export function* readCheck(session: Session, options: CheckOptions): Task<CheckReport> {
  refuseOptions(options);
  const startedAt = performance.now();
  const listing = listAll(session.source);
  const entries = fromSquash(withSquashes(listing));
  const hasDatabase = session.isThere && !(session.ownership === "own" && session.database === ":memory:");
  const snapshot: HistorySnapshot = hasDatabase ? yield* readHistory(session) : NO_HISTORY;
  const applied = hasDatabase ? yield* readRows(session, snapshot) : new Map<number, AppliedMigration>();
  const point = resolve(entries, snapshot).filter(({ state, entry }) => isApplied(state) && entry !== undefined).length;
  const store = new ReplayStore(folderOf(session, options));
  const { waysBack = "optional" } = options;
  const rehearsed = yield* rehearse(session, { entries, store, waysBack, point, ...filesToWrite(options) });
  const squashes = new Set(entries.filter(({ layout }) => layout === "squash").map(({ version }) => version));
  const standings = resolve(entries, snapshot, changedOf(rehearsed, applied, squashes));
  // The history is about each migration by itself, also where only a squash is left of several.
  const each = expand({ listing, entries, snapshot }).entries;
  const squashed = each.filter(({ layout }) => layout === "squashed");
  const inSquash = new Set(squashed.map(({ version }) => version));
  const replayed = standings.filter(({ version, entry }) => entry !== undefined || !inSquash.has(version));
  const changed = new Set([...changedOf(rehearsed, applied, squashes), ...findChanged(squashed, applied)]);
  const named = resolve(each, snapshot, changed).map((standing) => ({ ...standing, name: nameOf(standing, applied) }));
  const late = hasDatabase ? yield* proofOf(session, { listing }, resolve(each, snapshot, changed)) : undefined;
  const drift = hasDatabase ? yield* checkDrift(session, { standings: replayed, rehearsed, store }) : NO_DATABASE;
  const files = checkFiles(options, rehearsed);
  const squashFiles = yield* checkSquashes(session, { listing, entries, rehearsed, store });
  const hazards = hasDatabase ? yield* checkHazards(session) : [];
  const { verdicts } = rehearsed.record;
  const known = new Map(entries.map((entry) => [entry.version, entry]));
  const entryOf = (version: number): MigrationEntry => known.get(version) as MigrationEntry;
  return {
    database: hasDatabase ? session.database : null,
    currentVersion: hasDatabase ? snapshot.version : null,
    replayed: entries.length,
    executed: rehearsed.executed,
    proven: verdicts.filter(({ proof }) => proof === "proven").length,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    findings: [
      ...historyFindings(named, snapshot.version, late),
      ...verdicts.flatMap((verdict) => findingsOf(verdict, entryOf(verdict.version))),
      ...drift.findings,
      ...files.findings,
      ...squashFiles.findings,
      ...hazards,
    ],
    notes: [
      ...lateNotes(named, late),
      ...verdicts.flatMap((verdict) => notesOf(verdict, entryOf(verdict.version))),
      ...drift.notes,
      ...files.notes,
      ...squashFiles.notes,
    ],
  };
}

const NO_DATABASE: CheckResult = {
  findings: [],
  notes: [
    {
      kind: "not_checked",
      text: "there is no database: its history and its schema were not compared, and nothing was linted",
    },
  ],
};

function refuseOptions({ waysBack = "optional", cache = "use" }: CheckOptions): void {
  const problem = !["optional", "required"].includes(waysBack)
    ? (["waysBack", '"optional" or "required"'] as const)
    : !["use", "ignore"].includes(cache)
      ? (["cache", '"use" or "ignore"'] as const)
      : undefined;
  if (problem === undefined) return;
  const [name, known] = problem;
  throw optionError("invalid_option", name, `${name} has an unknown value`, `use ${known}`);
}

function folderOf({ source }: Session, { cache = "use", cacheFolder: folder }: CheckOptions): string | undefined {
  if (cache === "ignore") return undefined;
  return folder ?? cacheFolder(source.kind === "directory" ? source.directory : "");
}

/** The applied migrations whose SQL is another one now. The replay has read all files, or knows that none has changed since. */
function changedOf(
  { record }: Rehearsed,
  applied: ReadonlyMap<number, AppliedMigration>,
  squashes: ReadonlySet<number>,
): ReadonlySet<number> {
  // A squash has the version of its last migration, and not its text.
  const isChanged = ({ version, checksum }: (typeof record.verdicts)[number]): boolean =>
    !squashes.has(version) && checksumsDiffer(applied.get(version)?.checksum ?? null, checksum);
  return new Set(record.verdicts.filter(isChanged).map(({ version }) => version));
}

function nameOf({ version, entry }: Standing, applied: ReadonlyMap<number, AppliedMigration>): string {
  return applied.get(version)?.name ?? entry?.name ?? humanName("", version);
}
