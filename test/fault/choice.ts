/** Chooses by a seed where not everything is tried. */
import { sample, shuffledSubarray } from "fast-check";
import { seed as givenSeed } from "../support/effort.ts";

/** LOCKSTEP_TEST_SEED, or one of this process's own. Each test that uses it says it. */
export const seed: number = givenSeed ?? Math.trunc(Math.random() * 2 ** 31);

/** The line that tells how to make the same choices again. */
export const seedLine: string = `seed ${seed}: LOCKSTEP_TEST_SEED=${seed} repeats it`;

/** So many of these in a random order, or every one. Different `salt`s choose differently. */
export function choose<T>(items: readonly T[], size: number | "every", salt: string): readonly T[] {
  if (size === "every" || size > items.length) return items;
  let salted = seed;
  for (let index = 0; index < salt.length; index += 1) salted = (salted * 31 + salt.charCodeAt(index)) | 0;
  const subset = shuffledSubarray([...items], { minLength: size, maxLength: size });
  return sample(subset, { seed: salted, numRuns: 1 })[0] ?? [];
}
