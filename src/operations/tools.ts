/** What reads and judges schemas and migrations, and what no run needs. Built into a file of its own, which is loaded by its first use. */
export { proveLate } from "../scratch/prove-late.ts";
export { countHazards } from "./count-hazards.ts";
export { findHazards } from "./find-hazards.ts";
export { readCheck } from "./read-check.ts";
export { readDiff } from "./read-diff.ts";
export { readLint } from "./read-lint.ts";
export { readTypes } from "./read-types.ts";
export { squashMigrations } from "./squash-migrations.ts";
