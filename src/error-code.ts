/** The closed union of error codes. Each has its entry in docs/errors.md. */

/** Every code, in the order of docs/errors.md: the call, the directory, the files, the history, the database, the run. */
export const errorCodes = [
  // The call
  "invalid_usage",
  "invalid_option",
  "config_invalid",
  "handle_unknown",
  "handle_closed",
  "driver_not_found",
  "transaction_open",
  "synchronous_only",
  "version_unknown",
  "target_behind",
  "target_ahead",
  // The directory
  "directory_not_found",
  "directory_unreadable",
  "file_unnumbered",
  "file_exists",
  "file_unwritable",
  "version_invalid",
  "version_duplicate",
  "version_mismatch",
  // The files
  "migration_unreadable",
  "migration_not_loaded",
  "migration_invalid",
  "migration_empty",
  "sql_incomplete",
  "directive_invalid",
  "transaction_control",
  "transaction_impossible",
  "pragma_outlives",
  "parameter_unbound",
  // The history
  "out_of_order",
  "changed",
  "database_newer",
  "history_mismatch",
  "history_invalid",
  "metadata_invalid",
  "irreversible",
  "confirmation_needed",
  "partial_mismatch",
  // The database
  "folder_not_found",
  "not_a_database",
  "database_unreadable",
  "database_readonly",
  "database_locked",
  "database_corrupt",
  "database_full",
  "database_io",
  "schema_unreadable",
  "wanted_unreadable",
  "rename_ambiguous",
  // The run
  "statement_failed",
  "migration_threw",
  "await_missing",
  "migration_unsettled",
  "iterator_open",
  "rebuild_refused",
  "lossy_conversion",
  "foreign_key_violation",
  "transaction_lost",
  "would_lose_data",
  "internal_invariant",
] as const;

/** What went wrong, for a program to act on. */
export type ErrorCode = (typeof errorCodes)[number];
