/** A migration as events, reports and errors name it. */
import type { MigrationRef } from "./migration.ts";

/** Takes a reference out of anything that has its members. */
export function toRef({ version, name, file }: MigrationRef): MigrationRef {
  return { version, name, ...(file === undefined ? {} : { file }) };
}
