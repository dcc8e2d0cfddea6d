/** The order in which columns are renamed, so that no name is taken when it is needed. */
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { Table } from "../schema/table.ts";
import type { AlterIntent } from "./intent.ts";

/** Renames, one after the other. Names are without quotes. */
export interface RenamePlan {
  readonly steps: readonly RenameStep[];
  /** Every column's name before, by the name that it has afterwards. */
  readonly oldNames: ReadonlyMap<string, string>;
}

export interface RenameStep {
  readonly from: string;
  readonly to: string;
}

/** Plans the renames. Of two columns that change places, or of one whose name is wanted for another, one is called something else meanwhile. */
export function planRenames(current: Table, { wanted, renames, drops }: AlterIntent): RenamePlan {
  const now = new Map(current.columns.map(({ name }) => [foldIdentifier(name), name]));
  const targets = new Map<string, string>();
  for (const [next, { from }] of renames) {
    // The case of a name is changed with the text of the table.
    if (next === from) continue;
    const column = wanted.columns.find(({ name }) => foldIdentifier(name) === next);
    targets.set(from, column?.name ?? next);
  }
  // By its old name: what each column is called now.
  const names = new Map(now);
  const steps: RenameStep[] = [];
  const rename = (old: string, to: string): void => {
    steps.push({ from: names.get(old) ?? old, to });
    names.set(old, to);
  };
  const isTaken = (name: string): boolean => [...names.values()].some((other) => isSameName(other, name));
  const free = (wish: string): string => {
    const wantedNames = new Set(wanted.columns.map(({ name }) => foldIdentifier(name)));
    let name = wish;
    for (let number = 2; isTaken(name) || wantedNames.has(foldIdentifier(name)); number += 1)
      name = `${wish}_${number}`;
    return name;
  };
  for (const name of drops.keys()) {
    if (renames.has(name)) rename(name, free(`lockstep_old_${now.get(name) ?? name}`));
  }
  const left = new Map(targets);
  while (left.size > 0) {
    const next = [...left].find(([, to]) => !isTaken(to));
    if (next !== undefined) {
      rename(...next);
      left.delete(next[0]);
      continue;
    }
    // All names that are wanted are taken: those that have them change places.
    for (const [old] of [...left].slice(0, 1)) rename(old, free(`lockstep_old_${now.get(old) ?? old}`));
  }
  return { steps, oldNames: new Map([...names].map(([old, name]) => [name, now.get(old) ?? old])) };
}
