/** What a way up can destroy, by the names under which it is allowed. */

/** In the option `allow`, behind --allow, behind -- lockstep:allow. docs/lint/ has a page for each. */
export type LossCode = "drop_table" | "drop_column" | "delete_all_rows";

/** All of them. */
export const lossCodes: readonly LossCode[] = ["drop_table", "drop_column", "delete_all_rows"];
