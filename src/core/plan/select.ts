/** Which migrations a run takes, or why it takes none: numbers and states in, a selection out. */
import { isApplied, type Standing } from "../history/resolve.ts";

/** What may be done in the situations where going on could harm. */
export interface SelectionPolicies {
  readonly outOfOrder: "refuse" | "allow" | "if-commutes";
  readonly changed: "refuse" | "allow";
  readonly newerDatabase: "refuse" | "allow";
}

/** What is known of late migrations and the applied ones that are newer: both orders give the same, or that is not known. */
export type LateProof =
  | { readonly kind: "proven"; readonly late: ReadonlySet<number>; readonly applied: ReadonlySet<number> }
  | { readonly kind: "not_proven"; readonly reason: string };

/** The migrations of a run, in the order in which they run, or the reason why nothing may run. */
export type Selection =
  | { readonly kind: "selected"; readonly standings: readonly Standing[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Why nothing may run, as data. Versions ascend. */
export type Refusal =
  | { readonly kind: "database_newer"; readonly versions: readonly number[]; readonly newestKnown: number }
  | {
      readonly kind: "out_of_order";
      readonly versions: readonly number[];
      readonly newestApplied: number;
      readonly reason?: string;
    }
  | { readonly kind: "changed"; readonly versions: readonly number[] }
  /** One that stopped half-way has to be finished first, the way that it was going. */
  | { readonly kind: "partial"; readonly version: number; readonly direction: "up" | "down" }
  /** One that stopped half-way up, and whose file is gone, so that nothing can finish it. */
  | { readonly kind: "partial_gone"; readonly version: number }
  | { readonly kind: "version_unknown"; readonly version: number; readonly known: readonly number[] }
  | { readonly kind: "target_behind"; readonly target: number; readonly current: number }
  | { readonly kind: "target_ahead"; readonly target: number; readonly current: number };

/** What is to go up: everything that is not applied, up to and with `to`. */
export function selectUp(
  standings: readonly Standing[],
  current: number,
  {
    to,
    policies,
    proof,
  }: { readonly to?: number | undefined; readonly policies: SelectionPolicies; readonly proof?: LateProof | undefined },
): Selection {
  const newestKnown = standings.findLast((standing) => standing.entry !== undefined)?.version ?? 0;
  if (newestKnown < current && policies.newerDatabase === "refuse") {
    const versions = standings.filter(({ version }) => version > newestKnown).map(({ version }) => version);
    // A hand-written runner leaves a version and no rows: then the version itself is all that is known.
    return refused({ kind: "database_newer", versions: versions.length > 0 ? versions : [current], newestKnown });
  }
  if (to !== undefined) {
    // 0 is no migration, but it is a version: that of the empty database.
    const unknown = to === 0 ? undefined : checkTarget(standings, to);
    const refusal = unknown ?? (to < current ? behind(to, current) : undefined);
    if (refusal !== undefined) return refused(refusal);
  }
  const isNewer = ({ version }: Standing): boolean => version > newestKnown && policies.newerDatabase === "allow";
  const lost = standings.filter((standing) => standing.entry === undefined && !isNewer(standing));
  const half = findHalf(standings, "down") ?? findHalf(lost, "up");
  if (half !== undefined) return refused(half);
  const changed = versionsIn(standings, "changed");
  if (changed.length > 0 && policies.changed === "refuse") return refused({ kind: "changed", versions: changed });
  const wanted = standings.filter(
    ({ version, state, entry }) => !isApplied(state) && entry !== undefined && version <= (to ?? version),
  );
  const late = versionsIn(wanted, "out_of_order");
  if (late.length > 0 && policies.outOfOrder !== "allow") {
    const reason = policies.outOfOrder === "refuse" ? undefined : findUnproven(standings, late, proof);
    const isProven = policies.outOfOrder === "if-commutes" && reason === undefined;
    const why = reason === undefined ? {} : { reason };
    if (!isProven) return refused({ kind: "out_of_order", versions: late, newestApplied: current, ...why });
  }
  return { kind: "selected", standings: wanted };
}

/** What is to go down: the last `steps` applied ones (1 unless told), or all above `to`; newest first. */
export function selectDown(
  standings: readonly Standing[],
  current: number,
  { to, steps = 1 }: { readonly to?: number | undefined; readonly steps?: number | undefined },
): Selection {
  const half = findHalf(standings, "up");
  if (half !== undefined) return refused(half);
  // What is half-way down is still in the history.
  const applied = standings.filter(({ state }) => isApplied(state) || state === "partial").toReversed();
  if (to === undefined) return { kind: "selected", standings: applied.slice(0, steps) };
  if (to > current) {
    return refused(checkTarget(standings, to) ?? { kind: "target_ahead", target: to, current });
  }
  const refusal = to === 0 || to === current ? undefined : checkTarget(applied.toReversed(), to);
  if (refusal !== undefined) return refused(refusal);
  return { kind: "selected", standings: applied.filter(({ version }) => version > to) };
}

/** What a baseline marks: everything not applied up to and with `to`. */
export function selectBaseline(standings: readonly Standing[], current: number, to: number): Selection {
  const target = checkTarget(standings, to) ?? (to < current ? behind(to, current) : undefined);
  const refusal = target ?? findHalf(standings, "down");
  if (refusal !== undefined) return refused(refusal);
  return {
    kind: "selected",
    standings: standings.filter(({ version, state }) => !isApplied(state) && version <= to),
  };
}

/** Why a proof does not hold for these late ones. It was made before the lock: in the meantime another process may have gone on. */
function findUnproven(
  standings: readonly Standing[],
  late: readonly number[],
  proof: LateProof | undefined,
): string | undefined {
  if (proof === undefined) return "nothing was tried";
  if (proof.kind === "not_proven") return proof.reason;
  const unknown = late.find((version) => !proof.late.has(version));
  if (unknown !== undefined) return `version ${unknown} came while the others were tried; start again`;
  const lowest = Math.min(...proof.late);
  const now = standings
    .filter(({ version, state }) => version > lowest && isApplied(state) && !proof.late.has(version))
    .map(({ version }) => version);
  const isSame = now.length === proof.applied.size && now.every((version) => proof.applied.has(version));
  return isSame ? undefined : "another process changed what is applied in the meantime; start again";
}

function findHalf(standings: readonly Standing[], direction: "up" | "down"): Refusal | undefined {
  const half = standings.find(({ progress }) => progress?.direction === direction);
  if (half === undefined) return undefined;
  const { version, entry } = half;
  return entry === undefined && direction === "up"
    ? { kind: "partial_gone", version }
    : { kind: "partial", version, direction };
}

function checkTarget(standings: readonly Standing[], version: number): Refusal | undefined {
  if (standings.some((standing) => standing.version === version)) return undefined;
  return { kind: "version_unknown", version, known: standings.map((standing) => standing.version) };
}

function behind(target: number, current: number): Refusal {
  return { kind: "target_behind", target, current };
}

function refused(refusal: Refusal): Selection {
  return { kind: "refused", refusal };
}

function versionsIn(standings: readonly Standing[], state: Standing["state"]): readonly number[] {
  return standings.filter((standing) => standing.state === state).map(({ version }) => version);
}
