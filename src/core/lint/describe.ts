/** A hazard in words. */
import { visible } from "../diagnostic/visible.ts";
import type { Hazard } from "./hazard.ts";

/** `drop_table: DROP TABLE users deletes every row of users (3 of 1,200 rows)` */
export function describeHazard(hazard: Hazard): string {
  return `${hazard.code}: ${describeHarm(hazard)}`;
}

/** The same without the code. */
export function describeHarm({ message, rows, total }: Hazard): string {
  if (rows === undefined) return visible(message);
  const all = total === undefined || total === rows ? "" : ` of ${thousands(total)}`;
  return `${visible(message)} (${thousands(rows)}${all} ${rows === 1 && all === "" ? "row" : "rows"})`;
}

/** Without a locale, which would say another thing on another machine. */
function thousands(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
