/** What a rebuild would do, below the statement that wants it. */
import { visible } from "../../core/diagnostic/visible.ts";
import type { RebuildView } from "../../index.ts";
import { sqlLines } from "./sql.ts";
import type { Style } from "./style.ts";

/** The lines for a rebuild; none where a statement is none. */
export function renderRebuild(rebuild: RebuildView | undefined, style: Style): readonly string[] {
  if (rebuild === undefined) return [];
  if (rebuild.kind !== "known") {
    const verb = rebuild.kind === "refused" ? "would be refused" : "not known yet";
    return [style("yellow", `      → ${verb}: ${visible(rebuild.why)}`)];
  }
  const { method, statements, rows, lockMs, writtenBytes } = rebuild;
  const cost = [
    count(rows, "row"),
    ...(lockMs < 100 ? [] : [`writers wait about ${duration(lockMs)}`]),
    ...(writtenBytes < 1_000_000 ? [] : [`about ${Math.round(writtenBytes / 1_000_000)} MB are written`]),
  ];
  return [
    `      → ${WAYS[method]}: ${cost.join(", ")}`,
    ...statements.flatMap((sql) => sqlLines(sql)).map((line) => style("dim", `  ${line}`)),
  ];
}

const WAYS: Readonly<Record<Extract<RebuildView, { kind: "known" }>["method"], string>> = {
  none: "the table is so already",
  native: "by ALTER TABLE",
  schema_edit: "by its stored text, no row is touched",
  rebuild: "by a rebuild, each row is copied",
};

function count(number: number, unit: string): string {
  return `${String(number).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ",")} ${unit}${number === 1 ? "" : "s"}`;
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} minutes`;
}
