/** What a directory of migrations lists, and which of it leads a database on: one by one, or by a squash of several. */
import type { MigrationEntry } from "../migration/migration.ts";
import type { HistorySnapshot } from "./history.ts";

/** The names in a directory, each list by version. */
export interface Listing {
  readonly entries: readonly MigrationEntry[];
  /** Each has the version of the last migration that it stands for. */
  readonly squashes: readonly MigrationEntry[];
}

/** How a squash is called before it has been read. */
export function squashName(version: number): string {
  return `Squash up to version ${version}`;
}

/** The migrations, with a squash in the place of each last one whose own file is gone. */
export function withSquashes({ entries, squashes }: Listing): readonly MigrationEntry[] {
  const lost = squashes.filter(({ version }) => !entries.some((entry) => entry.version === version));
  return lost.length === 0 ? entries : merge(entries, lost);
}

/** What an empty database can run one after the other, by files as far as they are there: what stands below a squash is in it. */
export function fromSquash(entries: readonly MigrationEntry[]): readonly MigrationEntry[] {
  return entries.slice(
    Math.max(
      0,
      entries.findLastIndex(({ layout }) => layout === "squash"),
    ),
  );
}

/**
 * What leads this database up to `to`, or to the newest version. One of which nothing is applied takes the newest squash that does not
 * go too far, in place of all that it stands for; any other goes on as it began.
 */
export function route(listing: Listing, snapshot: HistorySnapshot, to?: number): readonly MigrationEntry[] {
  const { entries, squashes } = listing;
  if (squashes.length === 0) return entries;
  const first = isUntouched(snapshot) ? squashes.findLast(({ version }) => version <= (to ?? version)) : undefined;
  if (first === undefined) return withSquashes(listing);
  const newer = ({ version }: MigrationEntry): boolean => version > first.version;
  return [first, ...withSquashes({ entries: entries.filter(newer), squashes: squashes.filter(newer) })];
}

/** Whether no migration has been applied, not even half of one. */
export function isUntouched({ version, versions, progress }: HistorySnapshot): boolean {
  return version === 0 && versions.length === 0 && progress === undefined;
}

/** Both lists in one, by version. Where both have one, the first list's counts. */
export function merge(
  entries: readonly MigrationEntry[],
  others: readonly MigrationEntry[],
): readonly MigrationEntry[] {
  const byVersion = new Map([...others, ...entries].map((entry) => [entry.version, entry]));
  return [...byVersion.values()].toSorted((left, right) => left.version - right.version);
}
