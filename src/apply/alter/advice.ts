/** How a migration says what an error asks of it: by a directive in SQL, by a call in code. */
import type { AlterIntent } from "../../core/alter/intent.ts";

type Wish = Pick<AlterIntent, "places">;

/** Only a text has places. */
function isCode({ places }: Wish): boolean {
  return places === undefined;
}

/** To compute the values of a column; of no certain one where none is given. */
export function adviseCopy(intent: Wish, column?: string, expression = "…"): string {
  if (isCode(intent)) return column === undefined ? "fill()" : `fill(${JSON.stringify(column)}, "${expression}")`;
  return column === undefined ? "-- lockstep:copy" : `-- lockstep:copy ${column} = ${expression}`;
}

/** To let values change. */
export function adviseAllow(intent: Wish): string {
  return isCode(intent) ? '{ allow: ["lossy_conversion"] } behind the change' : "-- lockstep:allow lossy_conversion";
}
