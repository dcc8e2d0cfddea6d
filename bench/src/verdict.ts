/** Says in a line whether an aim is met and whether a peer is ahead, from the figures themselves. */
import type { Series } from "./round.ts";
import { spread } from "./statistics.ts";
import { ratio } from "./table.ts";
import type { ToolEntry, ToolKey } from "./tool.ts";

/** Gives "- Aim …: 1.32×, met." */
export function aim(text: string, value: number, limit: number): string {
  return `- Aim, ${text}: ${ratio(value)}, ${value <= limit ? "met" : "**not met**"}.`;
}

const PEERS: readonly string[] = ["drizzle", "kysely", "knex", "umzug", "typeorm", "typeorm-each"];

/** A group of rows in which peers are compared with lockstep. */
export interface Comparison {
  /** What the figures are: "import, open and call". */
  readonly title: string;
  readonly ours: ToolKey;
  readonly entries: readonly ToolEntry[];
  /** By the number of migrations. */
  readonly rows: ReadonlyMap<number, Series<ToolKey, number>>;
}

/** Names the peers whose median is below that of lockstep, row by row. */
export function leaders({ title, ours, entries, rows }: Comparison): string {
  const ahead: string[] = [];
  for (const [row, series] of rows) {
    const own = series.get(ours);
    if (own === undefined) return "";
    for (const { key, label } of entries) {
      const values = series.get(key);
      if (!PEERS.includes(key) || values === undefined) continue;
      const factor = spread(own).median / spread(values).median;
      if (factor > 1) ahead.push(`${label} at ${row.toLocaleString("en")} (lockstep takes ${ratio(factor)} its time)`);
    }
  }
  return `- Peers ahead of lockstep, ${title}: ${ahead.length === 0 ? "none" : ahead.join(", ")}.`;
}
