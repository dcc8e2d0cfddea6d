/** What setting a pragma does inside a migration, by its name in lower case (https://sqlite.org/pragma.html). */

/** A transaction makes them an error, or silently ignores them. */
export const OUTSIDE_ONLY_PRAGMAS: ReadonlySet<string> = new Set([
  "auto_vacuum",
  "encoding",
  "incremental_vacuum",
  "journal_mode",
  "locking_mode",
  "page_size",
  "synchronous",
  "temp_store",
  "temp_store_directory",
  "wal_checkpoint",
]);

/**
 * They take effect, stay on the connection, and survive a ROLLBACK. Those that a migration may need (`legacy_alter_table`,
 * `recursive_triggers`, `ignore_check_constraints`) are not among them: they are put back after it. `foreign_keys` is neither: what
 * it asks for holds in each migration anyway.
 */
export const OUTLIVING_PRAGMAS: ReadonlySet<string> = new Set([
  "analysis_limit",
  "automatic_index",
  "busy_timeout",
  "cache_size",
  "cache_spill",
  "case_sensitive_like",
  "cell_size_check",
  "checkpoint_fullfsync",
  "count_changes",
  "data_store_directory",
  "default_cache_size",
  "empty_result_callbacks",
  "full_column_names",
  "fullfsync",
  "hard_heap_limit",
  "journal_size_limit",
  "max_page_count",
  "mmap_size",
  "query_only",
  "read_uncommitted",
  "schema_version",
  "secure_delete",
  "short_column_names",
  "soft_heap_limit",
  "threads",
  "trusted_schema",
  "wal_autocheckpoint",
  "writable_schema",
]);
