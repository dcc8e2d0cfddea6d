/** How many inputs a property tries, and from which seed: the last argument of `fc.assert`. */
import { count, runs, seed } from "../support/effort.ts";

/** The settings for a property that `npm test` tries on `usual` inputs. They are counted as tried. */
export function tries(usual: number): { readonly numRuns: number; readonly seed?: number } {
  const numRuns = runs(usual);
  count("inputs", numRuns);
  return seed === undefined ? { numRuns } : { numRuns, seed };
}
