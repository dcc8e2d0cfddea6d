/** What a run would do, without doing it. */
import type { Task } from "../core/task.ts";
import { viewPlan, type PlanView } from "../core/plan/view.ts";
import { checkTarget } from "../check-options.ts";
import type { RollbackTarget } from "../options.ts";
import type { Session } from "../session.ts";
import { look } from "../look.ts";
import { expand } from "./look-closely.ts";
import { planPending } from "./apply-pending.ts";
import { hazardsOf } from "./plan-hazards.ts";
import { predictRebuilds } from "./predict-rebuilds.ts";
import { planRevert } from "./revert-applied.ts";

/** The plan of a way up, or of a way back, with what its rebuilds would do and what is dangerous in it. */
export function* readPlan(
  session: Session,
  { direction = "up", ...target }: RollbackTarget & { readonly direction?: "up" | "down" },
): Task<PlanView> {
  checkTarget({ direction });
  const known = yield* look(session, direction === "up" ? target.to : undefined);
  const plan =
    direction === "down"
      ? yield* planRevert(session, expand(known), target)
      : (yield* planPending(session, known, target.to)).plan;
  const predictions = yield* predictRebuilds(session, plan);
  return viewPlan(
    plan,
    predictions,
    direction === "up" ? yield* hazardsOf(session, plan, known.snapshot.progress?.version) : new Map(),
  );
}
