/** The config file: finds it, imports it, and checks what it says. */
import { databasePath, isLink, whatIsAt } from "../database-path.ts";
import { fs, path, url } from "../node.ts";
import { LockstepError, type LockstepConfig } from "../index.ts";
import { suggest } from "../core/diagnostic/suggest.ts";

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

/** Reads the file that is named, else the nearest one upwards; nothing where there is none. Throws `config_invalid`. */
export async function readConfig(named: string | undefined): Promise<LockstepConfig> {
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
