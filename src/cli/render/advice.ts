/** What is to be done about migrations that are not simply applied: a line for each kind of trouble. */
import type { MigrationState, MigrationStatus, Policies } from "../../index.ts";

/** Which situations `up` refuses: all of them, unless the configuration allows one. */
export type Blocking = Policies;

type Advice = { readonly found: readonly MigrationStatus[]; readonly one: string; readonly many: string };

/** The lines, troubles first: what is pending waits for them. */
export function adviseOn(migrations: readonly MigrationStatus[], allowed: Blocking): readonly string[] {
  const of = (state: MigrationState): readonly MigrationStatus[] =>
    migrations.filter((migration) => migration.state === state);
  const newestKnown = migrations.findLast(({ state }) => state !== "missing")?.version ?? 0;
  const isNewer = ({ version }: MigrationStatus): boolean => version > newestKnown;
  const [changed, late, missing] = [of("changed"), of("out_of_order"), of("missing")];
  // What is proven to commute, up applies; without that policy nothing is tried.
  const isTried = (allowed.outOfOrder ?? "if-commutes") === "if-commutes";
  const applies = late.filter(({ notProven }) => isTried && notProven === undefined);
  const refused = late.filter((migration) => !applies.includes(migration));
  const why = refused[0]?.notProven === undefined ? "" : ` (${refused[0].notProven})`;
  const newer = missing.filter(isNewer);
  const gone = missing.filter((migration) => !isNewer(migration));
  const half = (direction: "up" | "down"): readonly MigrationStatus[] =>
    of("partial").filter(({ progress }) => progress?.direction === direction);
  const isBlocked =
    (changed.length > 0 && allowed.changed !== "allow") ||
    (refused.length > 0 && allowed.outOfOrder !== "allow") ||
    (newer.length > 0 && allowed.newerDatabase !== "allow") ||
    half("down").length > 0;
  const pending = isBlocked
    ? { one: "it waits until that is settled", many: "they wait until that is settled" }
    : { one: "lockstep up applies it", many: "lockstep up applies them" };
  const advice: readonly Advice[] = [
    {
      found: changed,
      one: "its SQL was edited after it was applied; put the old text back",
      many: "their SQL was edited after they were applied; put the old text back",
    },
    { found: gone, one: "its file is gone", many: "their files are gone" },
    {
      found: newer,
      one: "it is newer than every file here, as for an older build",
      many: "they are newer than every file here, as for an older build",
    },
    {
      found: refused,
      one: `it came late${why}; renumber it, or lockstep up --allow out_of_order`,
      many: `they came late${why}; renumber them, or lockstep up --allow out_of_order`,
    },
    {
      found: applies,
      one: "it came late; lockstep up applies it, both orders give the same",
      many: "they came late; lockstep up applies them, both orders give the same",
    },
    { found: half("up"), one: "lockstep up carries on where it stopped", many: "lockstep up carries on" },
    { found: half("down"), one: "lockstep down carries on where it stopped", many: "lockstep down carries on" },
    { found: of("pending"), ...pending },
  ];
  return advice
    .filter(({ found }) => found.length > 0)
    .map(({ found, one, many }) => `${found.length} ${found[0]?.state}: ${found.length === 1 ? one : many}.`);
}
