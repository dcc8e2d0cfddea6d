/** Runs measurements in rounds: every tool once, then every tool again. */

/** What was measured, by tool, in the order of the rounds. */
export type Series<Key extends string, Figure> = ReadonlyMap<Key, readonly Figure[]>;

/** What is measured in rounds. */
export interface RoundPlan<Key extends string, Figure> {
  readonly title: string;
  readonly rounds: number;
  readonly keys: readonly Key[];
  readonly measure: (key: Key) => Promise<Figure>;
}

/**
 * Measures each key once in each round, so that a drift of the machine hits all alike. One round before them warms the page cache
 * and is dropped. Each round begins with the next key: no tool always runs behind the same neighbour at a round's start.
 */
export async function inRounds<Key extends string, Figure>(plan: RoundPlan<Key, Figure>): Promise<Series<Key, Figure>> {
  const series = new Map<Key, Figure[]>(plan.keys.map((key) => [key, []]));
  for (let round = 0; round <= plan.rounds; round++) {
    process.stderr.write(`\r${plan.title}: ${round === 0 ? "warm-up" : `round ${round} of ${plan.rounds}`}    `);
    const first = round % plan.keys.length;
    for (const key of [...plan.keys.slice(first), ...plan.keys.slice(0, first)]) {
      const figure = await plan.measure(key);
      if (round > 0) series.get(key)?.push(figure);
    }
  }
  process.stderr.write("\n");
  return series;
}

/** Picks one figure out of each measurement. */
export function pick<Key extends string, Figure>(
  series: Series<Key, Figure>,
  figure: (value: Figure) => number,
): Series<Key, number> {
  return new Map([...series].map(([key, values]) => [key, values.map((value) => figure(value))]));
}
