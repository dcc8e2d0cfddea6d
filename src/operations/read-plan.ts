/** What a run would do, without doing it. */
import type { Task } from "../core/task.ts";
import { viewPlan, type PlanView } from "../core/plan/view.ts";
import { checkTarget } from "../check-options.ts";
import type { RollbackTarget } from "../options.ts";
import type { Session } from "../session.ts";
import { look } from "../look.ts";
import { planPending } from "./apply-pending.ts";
import { predictRebuilds } from "./predict-rebuilds.ts";
import { planRevert } from "./revert-applied.ts";

export function* readPlan(
  session: Session,
  { direction = "up", ...target }: RollbackTarget & { readonly direction?: "up" | "down" },
): Task<PlanView> {
  checkTarget({ direction });
  const known = yield* look(session);
  const plan =
    direction === "down"
      ? yield* planRevert(session, known, target)
      : (yield* planPending(session, known, target.to)).plan;
  return viewPlan(plan, yield* predictRebuilds(session, plan));
}
