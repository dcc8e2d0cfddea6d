/** A migration that cannot be undone here: why not, as data and in words. */
import type { MigrationRef } from "../migration/migration.ts";

/** A migration that cannot be undone here, and why not. */
export interface Irreversible extends MigrationRef {
  /**
   * `no_way_down`: it is there, without one · `code_gone`: it is code, and its file is gone · `nothing_stored`: its file is gone,
   * and the history has no SQL for it · `stored_unusable`: its file is gone, and what the history has cannot be run ·
   * `half_way_up`: it stopped half-way, and has to be finished first.
   */
  readonly reason: "no_way_down" | "code_gone" | "nothing_stored" | "stored_unusable" | "half_way_up";
}

const WORDS: Readonly<Record<Irreversible["reason"], string>> = {
  no_way_down: "it has no way down",
  code_gone: "it is code, and its file is gone",
  nothing_stored: "its file is gone, and the history has no SQL for it",
  stored_unusable: "its file is gone, and what the history has for it cannot be run",
  half_way_up: "it is half-way up",
};

/** Why it cannot be undone, as the end of a sentence about it. */
export function describeReason({ reason }: Irreversible): string {
  return WORDS[reason];
}

/** How many are told in a message. The data has all of them. */
const SHOWN = 10;

/** A line for each of several: "4 "Tags" (migrations/4-tags.sql): it has no way down". */
export function listIrreversible(all: readonly Irreversible[]): readonly string[] {
  const shown = all.length > SHOWN + 1 ? all.slice(0, SHOWN) : all;
  const lines = shown.map((one) => {
    const file = one.file === undefined ? "" : ` (${one.file})`;
    return `${one.version} "${one.name}"${file}: ${describeReason(one)}`;
  });
  return all.length === shown.length ? lines : [...lines, `… ${all.length - shown.length} more`];
}
