/** What a way up can destroy, by the names under which it is allowed. */

/** In the option `allow`, behind --allow, behind -- lockstep:allow. docs/lint/ has a page for each. */
export const lossCodes = ["drop_table", "drop_column", "delete_all_rows"] as const;

/** What a way up can destroy, by the name under which it is allowed. */
export type LossCode = (typeof lossCodes)[number];
