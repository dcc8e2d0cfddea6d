/** Files and history together: the state of every migration. Status, plan and run all ask here. */
import type { MigrationEntry } from "../migration/migration.ts";
import type { HistorySnapshot, Progress } from "./history.ts";

/** The six states; what each means is told at `MigrationState`, its public name. */
export type StandingState = "applied" | "pending" | "changed" | "missing" | "out_of_order" | "partial";

/** Where one migration stands. At least one of `entry` and the history knows it. */
export interface Standing {
  readonly version: number;
  readonly state: StandingState;
  /** Missing where its file is gone. */
  readonly entry?: MigrationEntry;
  /** Only for `partial`: how far it has come, and which way. */
  readonly progress?: Progress;
}

/**
 * Merges the entries with the applied versions, both ascending, into one list by version.
 *
 * `changed` holds the versions whose SQL differs from what was applied; empty where nobody has compared. A version above all
 * recorded ones and not above `schema_version` was applied by a hand-written runner, and counts as applied; so does `schema_version`
 * itself, where there is no file of it.
 */
export function resolve(
  entries: readonly MigrationEntry[],
  snapshot: HistorySnapshot,
  changed: ReadonlySet<number> = new Set(),
): readonly Standing[] {
  const { versions, version: newest, progress } = snapshot;
  const recordedTo = versions.at(-1) ?? 0;
  const standings: Standing[] = [];
  const add = (version: number, state: StandingState, entry?: MigrationEntry): void => {
    const known = entry === undefined ? { version, state } : { version, state, entry };
    standings.push(progress?.version === version ? { ...known, state: "partial", progress } : known);
  };
  let index = 0;
  const addMissing = (below: number): void => {
    for (let version = versions[index]; version !== undefined && version < below; version = versions[index]) {
      add(version, "missing");
      index += 1;
    }
  };
  for (const entry of entries) {
    const { version } = entry;
    addMissing(version);
    const isRecorded = versions[index] === version;
    if (isRecorded) index += 1;
    const isThere = isRecorded || (version > recordedTo && version <= newest);
    if (isThere) add(version, changed.has(version) ? "changed" : "applied", entry);
    else add(version, version < newest ? "out_of_order" : "pending", entry);
  }
  addMissing(Number.POSITIVE_INFINITY);
  // What is in neither list must not be forgotten: the version of a hand-written runner of which there is no file,
  if (newest > recordedTo) addLost(standings, { version: newest, state: "missing" });
  // and what is half-way up, and its file gone.
  if (progress !== undefined) addLost(standings, { version: progress.version, state: "partial", progress });
  return standings;
}

/** Puts a standing in its place, unless its version has one. */
function addLost(standings: Standing[], lost: Standing): void {
  if (standings.some(({ version }) => version === lost.version)) return;
  const above = standings.findIndex(({ version }) => version > lost.version);
  standings.splice(above === -1 ? standings.length : above, 0, lost);
}

/** Whether a state means that the migration's change is in the database. */
export function isApplied(state: StandingState): boolean {
  return state === "applied" || state === "changed" || state === "missing";
}
