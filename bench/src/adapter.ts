/** The contract of an adapter: one file for each tool, run in a fresh process by measure.ts. */

/**
 * What an adapter file exports as `adapter`. The file itself imports nothing at its top: `load` imports the tool's own packages,
 * so that their cost is measured and the adapter's is not.
 */
export interface Adapter {
  load(variant: Variant): Promise<Tool>;
}

/** A tool whose packages are loaded. */
export interface Tool {
  /** Opens the database and makes the tool's object, as far as the tool has that as a step of its own. */
  open(place: Place): Session | Promise<Session>;
}

/** A tool that is ready to be called. */
export interface Session {
  /** The call of a server's start-up: applies what is pending. Rejects or throws when it fails. */
  migrate(): unknown;
  close(): unknown;
}

/** Where the database file and the migrations are, as absolute paths. */
export interface Place {
  readonly database: string;
  readonly directory: string;
}

/** `each` and `all`: a transaction for each migration, one for the run. `handle`: lockstep gets an open handle, not a path. */
export type Variant = "default" | "each" | "all" | "handle";
