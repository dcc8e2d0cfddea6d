/** What a check says of migrations whose files and history do not agree. */
import type { Standing } from "../history/resolve.ts";
import { listVersions } from "../migration/version-list.ts";
import { toRef } from "../migration/reference.ts";
import type { Finding } from "./finding.ts";

/** What is known of a standing beside its state. */
export interface NamedStanding extends Standing {
  /** From the history, else from the file. */
  readonly name: string;
}

/** The findings, by version. What is only pending is none. */
export function historyFindings(standings: readonly NamedStanding[], current: number): readonly Finding[] {
  const newestKnown = Math.max(
    0,
    ...standings.filter(({ entry }) => entry !== undefined).map(({ version }) => version),
  );
  const newer = standings.filter(({ version, state }) => state === "missing" && version > newestKnown);
  const findings: Finding[] = standings
    .filter((standing) => !newer.includes(standing))
    .flatMap((standing) => findingOf(standing, current));
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

function findingOf({ version, state, name, entry, progress }: NamedStanding, current: number): readonly Finding[] {
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
      return [
        {
          code: "out_of_order",
          problem: `it is not applied, and older than version ${current}, which is`,
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
