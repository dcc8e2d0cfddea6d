/** The refusal of a database that is newer than this build: what it has more, and whether that can be undone from here. */
import type { HistorySnapshot } from "../core/history/history.ts";
import { listVersions } from "../core/migration/version-list.ts";
import { describeReason, type Irreversible } from "../core/plan/irreversible.ts";
import type { Refusal } from "../core/plan/select.ts";
import type { Task } from "../core/task.ts";
import type { ErrorDetails } from "../error.ts";
import { readRows } from "../look.ts";
import type { Session } from "../session.ts";
import { findObstacle } from "./stored-way.ts";

const ALLOW = 'to go on as it is: --allow database_newer on the command line, newerDatabase: "allow" in code';

/** The parts of the error. Reads the rows of the history, which no start that goes well does. */
export function* describeNewer(
  session: Session,
  snapshot: HistorySnapshot,
  { versions, newestKnown }: Extract<Refusal, { kind: "database_newer" }>,
): Task<Pick<ErrorDetails, "code" | "problem" | "hint" | "irreversible">> {
  const rows = yield* readRows(session, snapshot);
  const irreversible = versions
    .map((version) => findObstacle(session, snapshot, { version, row: rows.get(version) }))
    .filter((obstacle) => obstacle !== undefined);
  const known = newestKnown === 0 ? "no migration is known here" : `the newest known migration is ${newestKnown}`;
  const problem = `the database is newer than this build: it has ${listVersions(versions)}, ${known}`;
  return {
    code: "database_newer",
    problem: problem + tellObstacles(irreversible, versions.length),
    hint: `${advise(snapshot, newestKnown, irreversible)}; ${ALLOW}`,
    ...(irreversible.length === 0 ? {} : { irreversible }),
  };
}

function tellObstacles(irreversible: readonly Irreversible[], total: number): string {
  const [first] = irreversible;
  if (first === undefined) return "";
  const versions = irreversible.map(({ version }) => version);
  if (versions.length === 1) return `; ${listVersions(versions)} cannot be undone here: ${describeReason(first)}`;
  return versions.length === total
    ? "; none of them can be undone here"
    : `; ${listVersions(versions)} cannot be undone here`;
}

/** Stepping down is offered only where all of it is possible. */
function advise(snapshot: HistorySnapshot, newestKnown: number, irreversible: readonly Irreversible[]): string {
  if (newestKnown === 0) return "check where this build takes its migrations from: there is none";
  if (irreversible.length > 0)
    return `start the build that has ${listVersions(irreversible.map(({ version }) => version))}`;
  // What stopped half-way up has to be finished before anything is undone.
  if (snapshot.progress?.direction === "up") return "start the newer build";
  const to = snapshot.versions.findLast((version) => version <= newestKnown) ?? 0;
  return `start the newer build, or step down with "lockstep down --to ${to}", for which the history has the SQL`;
}
