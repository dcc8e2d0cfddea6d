/** The refusal of a step that destroys something on the way up: what, where, and how it is allowed. */
import { describeLoss, LockstepError } from "../../error.ts";
import type { Loss } from "../../report.ts";
import type { Destroyed, Uncounted } from "./risk.ts";

/** The error. Its place is the first statement that destroys something; its details name and count all of it. */
export function lossRefusal(destroyed: readonly Destroyed[]): LockstepError {
  const [first] = destroyed as readonly [Destroyed];
  const losses = destroyed.flatMap(({ loss }) => (loss.kind === "uncounted" ? [] : [loss]));
  const more = destroyed.length > 1 ? " and more" : "";
  const codes = [...new Set(destroyed.map(({ code }) => code))];
  const { place, statement } = first.site;
  const isStatement = place.kind === "file" && place.line !== undefined;
  return new LockstepError({
    code: "would_lose_data",
    problem: `${isStatement ? "this" : "the migration"} would destroy ${describe(first.loss)}${more}`,
    place,
    outcome: "rolled_back",
    ...(statement === undefined ? {} : { statement }),
    hint: `save what you need first; to let it go, write -- lockstep:allow ${first.code} in front of the statement; for a whole run ${codes.map((code) => `--allow ${code}`).join(" ")}, in code allow: ${JSON.stringify(codes)}`,
    ...(losses.length === 0 ? {} : { losses }),
  });
}

function describe(loss: Loss | Uncounted): string {
  if (loss.kind !== "uncounted") return describeLoss(loss);
  return loss.column === undefined ? `the rows of ${loss.table}` : `the values of ${loss.table}.${loss.column}`;
}
