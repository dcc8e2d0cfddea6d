/** The reasons why nothing may run, as errors in words. */
import type { HistorySnapshot } from "../core/history/history.ts";
import { listVersions } from "../core/migration/version-list.ts";
import type { Refusal, Selection } from "../core/plan/select.ts";
import type { Standing } from "../core/history/resolve.ts";
import { suggest } from "../core/diagnostic/suggest.ts";
import type { Task } from "../core/task.ts";
import { LockstepError, type ErrorDetails } from "../error.ts";
import type { Session } from "../session.ts";
import { placeOfSource } from "../source/source.ts";
import { describeNewer } from "./newer-database.ts";

/** The migrations of a selection, or its refusal as an error. */
export function* takeSelected(
  session: Session,
  snapshot: HistorySnapshot,
  selection: Selection,
): Task<readonly Standing[]> {
  if (selection.kind === "selected") return selection.standings;
  const { refusal } = selection;
  const text =
    refusal.kind === "database_newer" ? yield* describeNewer(session, snapshot, refusal) : describe(refusal, session);
  throw new LockstepError({
    place: { kind: "database", database: session.database },
    outcome: "unchanged",
    databaseVersion: snapshot.version,
    ...text,
  });
}

type Text = Pick<ErrorDetails, "code" | "problem" | "hint"> & Partial<Pick<ErrorDetails, "place">>;

function describe(refusal: Exclude<Refusal, { kind: "database_newer" }>, { source }: Session): Text {
  const isHalf = refusal.kind === "partial" || refusal.kind === "partial_gone";
  const code = isHalf ? "partial_mismatch" : refusal.kind;
  const migrations = placeOfSource(source);
  switch (refusal.kind) {
    case "out_of_order":
      return {
        code,
        place: migrations,
        problem: `${listVersions(refusal.versions)} came late: not applied, and older than version ${refusal.newestApplied}, which is${refusal.reason === undefined ? "" : `; that both orders give the same is not proven: ${refusal.reason}`}`,
        hint: 'give it a newer number; where the order does not matter, apply it now: --allow out_of_order on the command line, outOfOrder: "allow" in code',
      };
    case "changed":
      return {
        code,
        place: migrations,
        problem: `the SQL of ${listVersions(refusal.versions)} was edited after it was applied`,
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
        hint: near === undefined ? `known are ${listVersions(refusal.known)}` : `did you mean ${near}?`,
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
