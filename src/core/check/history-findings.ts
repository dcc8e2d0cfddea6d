/** What a check says of migrations whose files and history do not agree. */
import type { Standing } from "../history/resolve.ts";
import { listVersions } from "../migration/version-list.ts";
import { toRef } from "../migration/reference.ts";
import type { LateProof } from "../plan/select.ts";
import type { CheckNote, Finding } from "./finding.ts";

/** What is known of a standing beside its state. */
export interface NamedStanding extends Standing {
  /** From the history, else from the file. */
  readonly name: string;
}

/** The findings, by version. What is only pending is none. */
export function historyFindings(
  standings: readonly NamedStanding[],
  current: number,
  proof?: LateProof,
): readonly Finding[] {
  const newestKnown = Math.max(
    0,
    ...standings.filter(({ entry }) => entry !== undefined).map(({ version }) => version),
  );
  const newer = standings.filter(({ version, state }) => state === "missing" && version > newestKnown);
  const findings: Finding[] = standings
    .filter((standing) => !newer.includes(standing))
    .flatMap((standing) => findingOf(standing, current, proof));
  if (newer.length === 0) return findings;
  const versions = newer.map(({ version }) => version);
  return [
    ...findings,
    {
      code: "database_newer",
      problem: `the database has ${listVersions(versions)} applied, newer than all files here`,
      fix: "check out the files that belong to them, or check a database of this build",
    },
  ];
}

/** The notes about what came late and does no harm. */
export function lateNotes(standings: readonly NamedStanding[], proof?: LateProof): readonly CheckNote[] {
  if (proof?.kind !== "proven") return [];
  return standings
    .filter(({ version, state }) => state === "out_of_order" && proof.late.has(version))
    .map(({ version, name, entry }) => ({
      kind: "out_of_order",
      text: "it came late; lockstep up applies it: both orders give the same",
      migration: toRef({ version, name, ...(entry?.file === undefined ? {} : { file: entry.file }) }),
    }));
}

function findingOf(
  { version, state, name, entry, progress }: NamedStanding,
  current: number,
  proof: LateProof | undefined,
): readonly Finding[] {
  const file = entry?.file;
  const known = {
    ...(file === undefined ? {} : { file }),
    migration: toRef({ version, name, ...(file === undefined ? {} : { file }) }),
  };
  switch (state) {
    case "applied":
    case "pending":
      return [];
    case "changed":
      return [
        {
          code: "changed",
          problem: "its SQL was edited after it was applied",
          fix: "restore the file as it was applied, and put the change into a new migration",
          ...known,
        },
      ];
    case "missing":
      return [
        {
          code: "missing",
          problem: `version ${version} "${name}" is applied, and its file is gone`,
          fix: "restore the file from the history of the repository",
          ...known,
        },
      ];
    case "out_of_order":
      if (proof?.kind === "proven" && proof.late.has(version)) return [];
      return [
        {
          code: "out_of_order",
          problem: `it is not applied, and older than version ${current}, which is${proof?.kind === "not_proven" ? `; that both orders give the same is not proven: ${proof.reason}` : ""}`,
          fix: `give it a number above ${current}, or apply it with --allow out_of_order where the order does not matter`,
          ...known,
        },
      ];
    case "partial":
      return [
        {
          code: "partial",
          problem: `it stopped half-way ${progress?.direction ?? "up"}: ${progress?.done ?? 0} of ${progress?.total ?? "?"} statements are done`,
          fix: `run lockstep ${progress?.direction ?? "up"}, which carries it on`,
          ...known,
        },
      ];
  }
}
