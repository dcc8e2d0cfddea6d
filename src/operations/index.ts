/** Everything that a start with nothing to do does not need. Built into a file of its own, which is loaded by its first use. */
export { readSchema } from "../inspect/read-schema.ts";
export { applyPending } from "./apply-pending.ts";
export { markApplied } from "./mark-applied.ts";
export { readDiff } from "./read-diff.ts";
export { readCheck } from "./read-check.ts";
export { readDump } from "./read-dump.ts";
export { readLint } from "./read-lint.ts";
export { readPlan } from "./read-plan.ts";
export { readTypes } from "./read-types.ts";
export { squashMigrations } from "./squash-migrations.ts";
export { listKnown, readStatus } from "./read-status.ts";
export { measureLoss, revertApplied } from "./revert-applied.ts";
