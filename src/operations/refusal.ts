/** The reasons why nothing may run, as errors in words. */
import type { HistorySnapshot } from "../core/history/history.ts";
import type { Refusal, Selection } from "../core/plan/select.ts";
import type { Standing } from "../core/history/resolve.ts";
import { suggest } from "../core/diagnostic/suggest.ts";
import { LockstepError, type Place } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import type { Session } from "../session.ts";

/** The migrations of a selection, or its refusal as an error. */
export function takeSelected(session: Session, snapshot: HistorySnapshot, selection: Selection): readonly Standing[] {
  if (selection.kind === "selected") return selection.standings;
  throw refusalError(session, snapshot, selection.refusal);
}

function refusalError(session: Session, snapshot: HistorySnapshot, refusal: Refusal): LockstepError {
  const { code, problem, hint, place = { kind: "database", database: session.database } } = describe(refusal, session);
  return new LockstepError({ code, problem, hint, place, outcome: "unchanged", databaseVersion: snapshot.version });
}

interface Text {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly hint: string;
  readonly place?: Place;
}

function describe(refusal: Refusal, { source }: Session): Text {
  const isHalf = refusal.kind === "partial" || refusal.kind === "partial_gone";
  const code = isHalf ? "partial_mismatch" : refusal.kind;
  const migrations: Place =
    source.kind === "directory"
      ? { kind: "directory", directory: source.directory }
      : { kind: "argument", argument: "migrations" };
  switch (refusal.kind) {
    case "database_newer":
      return {
        code,
        problem: `the database is newer than this build: it has ${list(refusal.versions)}, the newest known migration is ${refusal.newestKnown}`,
        hint: `start the newer build, or step down with "lockstep down --to ${refusal.newestKnown}"; to go on as it is: --allow database_newer on the command line, newerDatabase: "allow" in code`,
      };
    case "out_of_order":
      return {
        code,
        place: migrations,
        problem: `${list(refusal.versions)} came late: not applied, and older than version ${refusal.newestApplied}, which is`,
        hint: 'give it a newer number; where the order does not matter, apply it now: --allow out_of_order on the command line, outOfOrder: "allow" in code',
      };
    case "changed":
      return {
        code,
        place: migrations,
        problem: `the SQL of ${list(refusal.versions)} was edited after it was applied`,
        hint: 'put the old text back and write a new migration; if the database is right as it is: --allow changed on the command line, changed: "allow" in code',
      };
    case "partial":
      return {
        code,
        problem: `version ${refusal.version} is half-way ${refusal.direction}`,
        hint: `run "lockstep ${refusal.direction}" first: it carries on where the migration stopped`,
      };
    case "partial_gone":
      return {
        code,
        place: migrations,
        problem: `version ${refusal.version} is half-way up, and its file is not there to finish it`,
        hint: "put the file back, or start the build that has it; if its changes are complete, mark it as applied with a baseline",
      };
    case "version_unknown": {
      const known = refusal.known.map(String);
      const near = suggest(String(refusal.version), known);
      return {
        code,
        place: { kind: "argument", argument: `version ${refusal.version}` },
        problem: `there is no migration with version ${refusal.version}`,
        hint: near === undefined ? `known are ${list(refusal.known)}` : `did you mean ${near}?`,
      };
    }
    case "target_behind":
      return {
        code,
        place: { kind: "argument", argument: `version ${refusal.target}` },
        problem: `version ${refusal.target} is behind the database, which is at ${refusal.current}`,
        hint: `go back with "lockstep down --to ${refusal.target}"`,
      };
    case "target_ahead":
      return {
        code,
        place: { kind: "argument", argument: `version ${refusal.target}` },
        problem: `version ${refusal.target} is ahead of the database, which is at ${refusal.current}`,
        hint: `go on with "lockstep up --to ${refusal.target}"`,
      };
  }
}

/** "version 3", "versions 3 and 5", "versions 3, 4, 5 and 12 more". */
function list(versions: readonly number[]): string {
  if (versions.length === 0) return "no version";
  if (versions.length === 1) return `version ${versions[0]}`;
  const shown = versions.length > 5 ? [...versions.slice(0, 4), `${versions.length - 4} more`] : versions;
  return `versions ${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
