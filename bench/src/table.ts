/** Markdown tables with aligned columns, and the figures in their cells. */
import { ratios, type Spread, spread } from "./statistics.ts";

/** Gives a table; the first column is text, the others are figures. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? "", width, column)).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Gives "median [min–max] ratio×", the ratio against the floor of the same rounds. */
export function cell(values: readonly number[] | undefined, base: readonly number[] | undefined): string {
  if (values === undefined || values.length === 0) return "–";
  const figures = range(spread(values));
  return base === undefined || base === values ? figures : `${figures} ${ratio(ratios(values, base).median)}`;
}

/** Gives "median [min–max]". */
export function range({ median, min, max }: Spread): string {
  return `${short(median)} [${short(min)}–${short(max)}]`;
}

/** Gives a ratio as "1.23×". */
export function ratio(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(2)}×`;
}

/** Gives three digits, more where the whole part has more. */
export function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
