/** Where migrations come from: a directory or a plain array. Listing is cheap and reads names only. */
import { url } from "../node.ts";
import { withSquashes, type Listing } from "../core/history/listing.ts";
import type { ListedMigration, MigrationEntry } from "../core/migration/migration.ts";
import type { Place } from "../error.ts";
import { listDirectory } from "./directory.ts";
import { listArray } from "./listed.ts";

/** A place that migrations come from. */
export type MigrationSource =
  /** `directory` is as the caller named it; it appears in messages. */
  | { readonly kind: "directory"; readonly directory: string }
  | { readonly kind: "listed"; readonly migrations: readonly ListedMigration[] };

export function toSource(migrations: string | URL | readonly ListedMigration[]): MigrationSource {
  if (migrations instanceof URL) return { kind: "directory", directory: url.fileURLToPath(migrations) };
  if (typeof migrations === "string") return { kind: "directory", directory: migrations };
  return { kind: "listed", migrations };
}

/** Where the migrations are, for messages. */
export function placeOfSource(source: MigrationSource): Place {
  return source.kind === "directory"
    ? { kind: "directory", directory: source.directory }
    : { kind: "argument", argument: "migrations" };
}

/** Every migration and squash that the source knows, by version. Throws for names and numbers that are an error. */
export function listAll(source: MigrationSource): Listing {
  if (source.kind === "directory") return listDirectory(source.directory);
  return { entries: listArray(source.migrations), squashes: [] };
}

/** The migrations by themselves. A squash stands in for the file of its version, where that is gone. */
export function listMigrations(source: MigrationSource): readonly MigrationEntry[] {
  return withSquashes(listAll(source));
}
