/** What is kept of a replay: the schema that it led to, and the verdict on each migration on the way. */
import type { StoredObject } from "../core/check/stored-object.ts";
import type { Verdict } from "../core/check/verdict.ts";
import type { Header } from "../inspect/header.ts";

/** The state after some migrations. */
export interface ReplayRecord {
  readonly objects: readonly StoredObject[];
  readonly header: Header;
  /** One for each migration, in the order in which they ran. */
  readonly verdicts: readonly Verdict[];
  /** The schema as a script, where somebody has asked for it. */
  readonly dump?: string;
  /** The types of its rows, where somebody has asked for them. */
  readonly types?: string;
  /** The digest of the file with the database itself; missing where there is none. */
  readonly image?: string;
}

/** The state before any migration. */
export const EMPTY_RECORD: ReplayRecord = { objects: [], header: { application_id: 0, user_version: 0 }, verdicts: [] };
