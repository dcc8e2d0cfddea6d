/** What a command works on: command line first, then the environment, then lockstep.config.ts, then the defaults. */
import { databasePath } from "../database-path.ts";
import type { MigrateOptions, WaysBack } from "../index.ts";
import { lossCodes } from "../core/sql/loss-code.ts";
import type { Values } from "./command.ts";
import { readConfig } from "./config-file.ts";
import type { KeptFiles } from "./keep-files.ts";
import { usageError } from "./usage-error.ts";

/** A configuration whose database and migrations are paths. */
export type Configuration = Omit<MigrateOptions, "database" | "migrations"> & {
  /** Empty where none is named. */
  readonly database: string;
  readonly migrations: string;
};

/** Where a command gets its database from. `none`: it can do without one. */
export type DatabaseNeed = "required" | "none";

/** The configuration of a call that changes a schema, and the files that are then written. */
export interface SchemaConfiguration {
  readonly configuration: Configuration;
  /** A database in memory has none: what another connection reads of it is empty. */
  readonly kept: KeptFiles;
  /** What the config says of ways back, for a check. */
  readonly waysBack: WaysBack | undefined;
}

/** Puts the configuration together. Paths of a config file count from its folder, all others from the working directory. */
export async function configure(values: Values, need: DatabaseNeed = "required"): Promise<Configuration> {
  const { configuration } = await configureWithSchema(values, need);
  return configuration;
}

/** The same, with what only the command line knows. */
export async function configureWithSchema(
  values: Values,
  need: DatabaseNeed = "required",
): Promise<SchemaConfiguration> {
  const { schemaFile, typesFile, waysBack, ...config } = await readConfig(values.config);
  const database = namedDatabase(values) ?? config.database;
  if (database === undefined && need === "required") {
    throw usageError(
      "--database",
      "no database is named",
      "use -d PATH, LOCKSTEP_DATABASE, or database in lockstep.config.ts",
    );
  }
  const { lockTimeoutMs, transaction, allow } = values;
  const losses = lossCodes.filter((code) => allow.includes(code));
  const configuration: Configuration = {
    ...config,
    database: database ?? "",
    migrations: values.migrations ?? config.migrations ?? "migrations",
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    ...(transaction === undefined ? {} : { transaction }),
    ...(losses.length === 0 ? {} : { allow: [...(config.allow ?? []), ...losses] }),
    ...(allow.includes("out_of_order") ? { outOfOrder: "allow" } : {}),
    ...(allow.includes("changed") ? { changed: "allow" } : {}),
    ...(allow.includes("database_newer") ? { newerDatabase: "allow" } : {}),
  };
  return { configuration, kept: configuration.database === ":memory:" ? {} : { schemaFile, typesFile }, waysBack };
}

/** The same for a command that can do without a database: one in memory has nothing in it to look at. */
export function orInMemory(configuration: Configuration): Configuration {
  return configuration.database === "" ? { ...configuration, database: ":memory:" } : configuration;
}

/** The database that the command line names, or the environment. An empty variable is none. */
function namedDatabase(values: Values): string | undefined {
  if (values.database !== undefined) return readAddress(values.database, "--database");
  const { LOCKSTEP_DATABASE = "", DATABASE_URL = "" } = process.env;
  if (LOCKSTEP_DATABASE !== "") return readAddress(LOCKSTEP_DATABASE, "LOCKSTEP_DATABASE");
  return DATABASE_URL === "" ? undefined : readAddress(DATABASE_URL, "DATABASE_URL");
}

/** Takes a path, `file:…` or `sqlite:…`. An address of a server may hold a password, and is shown without it. */
function readAddress(address: string, origin: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === "sqlite" || scheme === "sqlite3") return address.replace(/^[^:]+:(?:\/\/)?/, "").replace(/\?.*$/s, "");
  // An absolute URL is left to the library, which refuses one that is no path.
  if (scheme === "file") return address.startsWith("file:/") ? address : databasePath(address);
  if (scheme === undefined || !address.startsWith("//", scheme.length + 1)) return address;
  throw usageError(
    `${origin} ${scheme}://…`,
    `${origin} names a ${scheme} database, and lockstep migrates SQLite`,
    origin === "--database"
      ? "use the path of the SQLite file"
      : "set LOCKSTEP_DATABASE to the path of the SQLite file, or use -d",
  );
}
