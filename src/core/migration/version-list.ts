/** Versions as a message names them. */

/** "no version", "version 3", "versions 3 and 5", "versions 3, 4, 5, 6 and 12 more". */
export function listVersions(versions: readonly number[]): string {
  if (versions.length === 0) return "no version";
  if (versions.length === 1) return `version ${versions[0]}`;
  const shown = versions.length > 5 ? [...versions.slice(0, 4), `${versions.length - 4} more`] : versions;
  return `versions ${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
