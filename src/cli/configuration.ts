/** What a command works on: command line first, then the environment, then lockstep.config.ts, then the defaults. */
import { databasePath, isLink, whatIsAt } from "../database-path.ts";
import { fs, path, url } from "../node.ts";
import { LockstepError, type LockstepConfig, type MigrateOptions, type WaysBack } from "../index.ts";
import { lossCodes } from "../core/sql/loss-code.ts";
import { suggest } from "../core/diagnostic/suggest.ts";
import type { Values } from "./command.ts";
import type { KeptFiles } from "./kept-file.ts";
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

const EXTENSIONS = ["ts", "mts", "js", "mjs"];

const KEYS: readonly (keyof LockstepConfig)[] = [
  "database",
  "migrations",
  "driver",
  "allow",
  "transaction",
  "lockTimeoutMs",
  "migrationTimeoutMs",
  "metadataTable",
  "historyTable",
  "outOfOrder",
  "changed",
  "newerDatabase",
  "schemaFile",
  "typesFile",
  "lint",
  "waysBack",
];

/** Those that are paths, relative to the config file. */
const PATHS: readonly (keyof LockstepConfig)[] = ["database", "migrations", "schemaFile", "typesFile"];

async function readConfig(named: string | undefined): Promise<LockstepConfig> {
  const file = named === undefined ? findConfig(process.cwd()) : path.resolve(named);
  if (file === undefined) return {};
  const shown = path.relative("", file);
  refuseNoFile(
    file,
    shown,
    named === undefined ? "delete it, or put a file in its place" : "check the path behind --config",
  );
  let exported: unknown;
  try {
    ({ default: exported } = (await import(url.pathToFileURL(file).href)) as { default?: unknown });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw configError(
      shown,
      `the config file cannot be imported: ${message.split("\n", 1)[0] ?? message}`,
      (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND"
        ? "check what it imports; a plain object as the default export needs no import"
        : "run the file itself with node to see where it fails",
      error,
    );
  }
  return absolutePaths(checkConfig(exported, shown), path.dirname(file));
}

/** Refuses what cannot be imported, before opening it: a pipe would be waited for. */
function refuseNoFile(file: string, shown: string, hint: string): void {
  const found = whatIsAt(file);
  if (found === "file") return;
  const problem: Readonly<Record<typeof found, string>> = {
    nothing: `the config file is ${isLink(file) ? "a link that leads nowhere" : "not there"}`,
    folder: "the config file is a folder",
    special: "the config file is a pipe, a socket or a device",
    unknown: "the config file cannot be looked at",
  };
  throw configError(shown, problem[found], hint);
}

function findConfig(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found = EXTENSIONS.map((extension) => path.join(folder, `lockstep.config.${extension}`)).find(
      (candidate) =>
        // One that leads nowhere is the nearest all the same: what stands above it is somebody else's.
        fs.existsSync(candidate) || isLink(candidate),
    );
    if (found !== undefined || folder === path.dirname(folder)) return found;
  }
}

function checkConfig(exported: unknown, file: string): LockstepConfig {
  if (typeof exported !== "object" || exported === null) {
    throw configError(file, "the config file has no default export", "write export default defineConfig({ … })");
  }
  for (const [key, value] of Object.entries(exported)) {
    if (!KEYS.includes(key as keyof LockstepConfig)) {
      const near = suggest(key, KEYS);
      throw configError(
        file,
        `the config has no option ${key}`,
        near === undefined ? `known are ${KEYS.join(", ")}` : `did you mean ${near}?`,
      );
    }
    if (PATHS.includes(key as keyof LockstepConfig) && (typeof value !== "string" || value === "")) {
      throw configError(file, `${key} in the config is no path`, "write it as a text, relative to the config file");
    }
  }
  return exported;
}

/** Paths relative to the config's folder, as the working directory sees them: short in messages, right everywhere. */
function absolutePaths(config: LockstepConfig, folder: string): LockstepConfig {
  const fromHere = (written: string): string => {
    if (written === ":memory:" || written.startsWith("file:/")) return written;
    return path.relative("", path.resolve(folder, databasePath(written))) || ".";
  };
  const { database, migrations, schemaFile, typesFile } = config;
  return {
    ...config,
    ...(database === undefined ? {} : { database: fromHere(database) }),
    ...(migrations === undefined ? {} : { migrations: fromHere(migrations) }),
    ...(schemaFile === undefined ? {} : { schemaFile: path.relative("", path.resolve(folder, schemaFile)) }),
    ...(typesFile === undefined ? {} : { typesFile: path.relative("", path.resolve(folder, typesFile)) }),
  };
}

function configError(file: string, problem: string, hint: string, cause?: unknown): LockstepError {
  return new LockstepError({
    code: "config_invalid",
    problem,
    place: { kind: "file", file },
    outcome: "unchanged",
    hint,
    cause,
  });
}
