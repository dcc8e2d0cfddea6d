/** Asks for the proof that what came late may run now, where the policy wants one. */
import { fromSquash, withSquashes } from "../core/history/listing.ts";
import { isApplied, type Standing } from "../core/history/resolve.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import type { LateProof } from "../core/plan/select.ts";
import type { Task } from "../core/task.ts";
import type { Known } from "../look.ts";
import type { Session } from "../session.ts";
import { tools } from "./load-tools.ts";

/**
 * The proof for what came late among these standings, up to and with `to`; undefined where nothing did, or the policy asks for none.
 */
export function* proofOf(
  session: Session,
  { listing }: Pick<Known, "listing">,
  standings: readonly Standing[],
  to?: number,
): Task<LateProof | undefined> {
  if (session.policies.outOfOrder !== "if-commutes") return undefined;
  const late = standings.filter(({ version, state }) => state === "out_of_order" && version <= (to ?? version));
  const [first] = late;
  if (first === undefined) return undefined;
  const newer = standings.filter(({ version, state }) => version > first.version && isApplied(state));
  const versions = {
    late: new Set(late.map(({ version }) => version)),
    applied: new Set(newer.map(({ version }) => version)),
  };
  let reason = findUnknown(standings, newer);
  if (reason === undefined) {
    const { proveLate } = yield* tools(session);
    reason = yield* proveLate(session, { ...entriesOf(), late: toEntries(late) });
  }
  return reason === undefined ? { kind: "proven", ...versions } : { kind: "not_proven", reason };

  function entriesOf(): { readonly before: readonly MigrationEntry[]; readonly applied: readonly MigrationEntry[] } {
    const known = new Map(standings.map(({ version, state }) => [version, state]));
    const before = fromSquash(withSquashes(listing)).filter(
      ({ version }) => version < (first?.version ?? 0) && isApplied(known.get(version) ?? "pending"),
    );
    return { before, applied: toEntries(newer) };
  }
}

/** What stands against it before anything is read. */
function findUnknown(standings: readonly Standing[], newer: readonly Standing[]): string | undefined {
  const half = standings.find(({ state }) => state === "partial");
  if (half !== undefined) return `version ${half.version} is half-way`;
  const changed = standings.find(({ state }) => state === "changed");
  if (changed !== undefined) return `the SQL of version ${changed.version} was edited after it was applied`;
  const gone = newer.find(({ entry }) => entry === undefined);
  return gone === undefined ? undefined : `the file of version ${gone.version} is not there`;
}

function toEntries(standings: readonly Standing[]): readonly MigrationEntry[] {
  return standings.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
}
