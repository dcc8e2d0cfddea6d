/** Everything that a start with nothing to do does not need. Built into a file of its own, which is loaded by its first use. */
export { readSchema } from "../inspect/read-schema.ts";
export { tools } from "./load-tools.ts";
export { applyPending } from "./apply-pending.ts";
export { markApplied } from "./mark-applied.ts";
export { readDump } from "./read-dump.ts";
export { readPlan } from "./read-plan.ts";
export { listKnown, readStatus } from "./read-status.ts";
export { measureLoss, revertApplied } from "./revert-applied.ts";
