/** Chance for tests that build something step by step: every choice is drawn from fast-check, which can then make a failure smaller. */
import * as fc from "fast-check";

/** Draws. */
export interface Dice {
  /** A number from 0 up to, and without, `count`. */
  below(count: number): number;
  /** True in so many of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Some of them, in their order. */
  some<T>(list: readonly T[], percent: number): readonly T[];
  shuffle<T>(list: readonly T[]): readonly T[];
}

/** Draws from the values that fast-check hands out. */
export function diceOf(generate: fc.GeneratorValue): Dice {
  const below = (count: number): number => generate(fc.integer, { min: 0, max: count - 1 });
  const dice: Dice = {
    below,
    chance: (percent) => below(100) >= 100 - percent,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    some: (list, percent) => list.filter(() => dice.chance(percent)),
    shuffle: <T>(list: readonly T[]): readonly T[] => {
      const left = [...list];
      return list.map(() => left.splice(below(left.length), 1)[0] as T);
    },
  };
  return dice;
}
