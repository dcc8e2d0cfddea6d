/** Drift: whether the database has the schema that its migrations make. */
import { compareSchemas, describeDifferences, summarizeDifferences } from "../core/check/compare-schemas.ts";
import type { CheckResult, Finding } from "../core/check/finding.ts";
import { isApplied, type Standing } from "../core/history/resolve.ts";
import { listVersions } from "../core/migration/version-list.ts";
import type { Task } from "../core/task.ts";
import { headerNumbers, readHeader } from "../inspect/header.ts";
import { retryWhileBusy } from "../lock.ts";
import type { Session } from "../session.ts";
import { rehearse, type Rehearsed } from "../scratch/rehearse.ts";
import type { ReplayRecord } from "../scratch/replay-record.ts";
import type { ReplayStore } from "../scratch/replay-store.ts";
import { readObjects } from "../scratch/schema-reader.ts";
import { mendDrift } from "./mend-drift.ts";

/** What the comparison needs. */
export interface DriftInput {
  readonly standings: readonly Standing[];
  /** The rehearsal of all migrations, with the state behind the applied ones where they are the first. */
  readonly rehearsed: Rehearsed;
  readonly store: ReplayStore;
}

/** Compares the database with a replay of what is applied to it. Reads both. */
export function* checkDrift(session: Session, input: DriftInput): Task<CheckResult> {
  const obstacle = findObstacle(input);
  if (obstacle !== undefined) {
    return {
      findings: [],
      notes: [{ kind: "not_checked", text: `the schema of the database was not compared: ${obstacle}` }],
    };
  }
  const expected = yield* replayOf(session, input);
  if (expected === undefined) {
    const text = "the schema of the database was not compared: what is applied cannot be replayed";
    return { findings: [], notes: [{ kind: "not_checked", text }] };
  }
  const { connection, tables, database } = session;
  const found = yield* retryWhileBusy(session, () => readObjects(connection, tables));
  const header = yield* retryWhileBusy(session, () => readHeader(connection));
  const differences = compareSchemas(expected.objects, found);
  // An application may keep a number of its own there; only one that a migration has set has to be so.
  const numbers = headerNumbers.filter((name) => expected.header[name] !== 0 && header[name] !== expected.header[name]);
  if (differences.length === 0 && numbers.length === 0) return { findings: [], notes: [] };
  const what =
    differences.length > 0
      ? summarizeDifferences(differences, "is made by no migration")
      : numbers
          .slice(0, 1)
          .map((name) => `${name} is not ${expected.header[name]}`)
          .join("");
  const mended = differences.length === 0 ? undefined : yield* mendDrift(session, expected.objects);
  const drafted = mended?.kind === "drafted" ? mended.sql.trimEnd() : "";
  const sql = [drafted, ...numbers.map((name) => `PRAGMA ${name} = ${expected.header[name]};`)]
    .filter((text) => text !== "")
    .join("\n");
  const finding: Finding = {
    code: "drift",
    problem: `${database} is not what its migrations make: ${what}`,
    fix: "put the change into a migration, or take it back",
    details: describeDifferences(differences),
    ...(sql === "" ? {} : { sql }),
    ...(mended?.kind === "none" ? { notDrafted: mended.why } : {}),
  };
  return { findings: [finding], notes: [] };
}

/** Why a replay would not be what was applied. */
function findObstacle({ standings, rehearsed }: DriftInput): string | undefined {
  const versionsOf = (state: Standing["state"]): readonly number[] =>
    standings.filter((standing) => standing.state === state).map(({ version }) => version);
  const changed = versionsOf("changed");
  if (changed.length > 0) return `${listVersions(changed)} was changed after it was applied`;
  const missing = versionsOf("missing");
  if (missing.length > 0) return `the file of ${listVersions(missing)} is gone`;
  const partial = versionsOf("partial");
  if (partial.length > 0) return `${listVersions(partial)} is half-way`;
  const { failed } = rehearsed;
  const isIn = standings.some(({ version, state }) => isApplied(state) && version === failed);
  return isIn ? `version ${failed} cannot be replayed` : undefined;
}

/** The state behind what is applied: a part of the rehearsal, or one of its own where a late migration was left out. */
function* replayOf(session: Session, { standings, rehearsed, store }: DriftInput): Task<ReplayRecord | undefined> {
  const late = standings.findIndex(({ state }) => state === "out_of_order");
  if (late === -1) return rehearsed.atPoint;
  const entries = standings.flatMap(({ state, entry }) => (isApplied(state) && entry !== undefined ? [entry] : []));
  const { record, failed } = yield* rehearse(session, { entries, store, waysBack: "none" });
  return failed === undefined ? record : undefined;
}
