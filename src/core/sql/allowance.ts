/** Allowances: what a statement may do though it would be refused, or warned of, without them. */
import type { Statement } from "./script.ts";

/** The codes that `-- lockstep:allow` names on a statement. One that nobody knows allows nothing. */
export function allowancesOf({ directives }: Statement): ReadonlySet<string> {
  const own = directives.filter(({ name }) => name === "allow");
  return new Set(own.flatMap(({ argument }) => argument.split(/[\s,]+/).filter((code) => code !== "")));
}
