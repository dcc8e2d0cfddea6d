/** Section "size": what a fresh installation for production brings with it. Needs the registry. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "../run.ts";
import { markdownTable, short } from "../table.ts";

/** What to install: lockstep comes as the tarball that npm would publish. */
interface Parcel {
  readonly label: string;
  readonly driver: string;
  readonly packages: readonly string[];
}

const PARCELS: readonly Parcel[] = [
  { label: "floor", driver: "none: `node:sqlite`", packages: [] },
  { label: "lockstep", driver: "none: `node:sqlite`", packages: ["lockstep"] },
  {
    label: "lockstep with better-sqlite3",
    driver: "better-sqlite3, where wanted",
    packages: ["lockstep", "better-sqlite3"],
  },
  { label: "umzug", driver: "none of its own; here `node:sqlite`", packages: ["umzug"] },
  { label: "kysely", driver: "better-sqlite3", packages: ["kysely", "better-sqlite3"] },
  { label: "drizzle-orm", driver: "better-sqlite3", packages: ["drizzle-orm", "better-sqlite3"] },
  { label: "knex", driver: "better-sqlite3", packages: ["knex", "better-sqlite3"] },
  { label: "typeorm", driver: "better-sqlite3", packages: ["typeorm", "better-sqlite3"] },
  { label: "better-sqlite3 alone", driver: "–", packages: ["better-sqlite3"] },
];

/** Installs each one in a folder of its own and gives the section's text. */
export async function sizeSection(run: Run): Promise<string> {
  const tarball = pack(run);
  const rows = PARCELS.map((parcel) => {
    process.stderr.write(`size: ${parcel.label}\n`);
    const { bytes, files, packages } = install(run, parcel, tarball);
    return [parcel.label, parcel.driver, packages.toLocaleString("en"), files.toLocaleString("en"), mebibytes(bytes)];
  });
  return [
    "### Size",
    "A fresh `npm install --omit=dev` of the tool and the driver that it needs for SQLite, in an empty folder; lockstep as the tarball of `npm pack`. Sizes are the sums of the files' lengths, not of disk blocks.",
    markdownTable(["tool", "driver", "packages", "files", "MiB"], rows),
    `better-sqlite3 13 brings binaries for every platform and SQLite's source text; that is why it weighs so much. drizzle-orm needs drizzle-kit besides, to write its migrations, and kysely needs kysely-ctl for a command line; neither is counted. typeorm names better-sqlite3 12 as its peer; it is installed with 13 here, as in the rest of the page.`,
  ].join("\n\n");
}

function pack(run: Run): string {
  const folder = mkdtempSync(join(run.workplace.folder, "pack-"));
  // Scripts stay off: what is measured is the build that is there, the same as in the other sections.
  const root = dirname(run.packageDirectory);
  npm(["pack", "--ignore-scripts", "--pack-destination", folder], root);
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error("npm pack wrote no file");
  return join(folder, name);
}

function install(
  run: Run,
  { packages }: Parcel,
  tarball: string,
): { readonly bytes: number; readonly files: number; readonly packages: number } {
  const folder = mkdtempSync(join(run.workplace.folder, "size-"));
  const own = JSON.parse(readFileSync(join(run.packageDirectory, "package.json"), "utf8")) as Manifest;
  const dependencies = Object.fromEntries(
    packages.map((name) => [name, name === "lockstep" ? `file:${tarball}` : (own.dependencies[name] ?? "")]),
  );
  const overrides = packages.includes("typeorm") ? own.overrides : {};
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies, overrides }));
  npm(["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  return { ...weigh(modules), packages: packageCount(modules) };
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: unknown;
}

/** npm writes a lock file of its own into node_modules and links into .bin; neither belongs to a package. */
function weigh(modules: string): { readonly bytes: number; readonly files: number } {
  const sizes = readdirSync(modules, { recursive: true, encoding: "utf8" })
    .filter((path) => path !== ".package-lock.json")
    .map((path) => lstatSync(join(modules, path)))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.size);
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length };
}

/** npm's own list of what it really put there; packages for other platforms are not in it. */
function packageCount(modules: string): number {
  const list = join(modules, ".package-lock.json");
  if (!existsSync(list)) return 0;
  const { packages } = JSON.parse(readFileSync(list, "utf8")) as {
    readonly packages: Readonly<Record<string, unknown>>;
  };
  return Object.keys(packages).length;
}

function npm(words: readonly string[], folder: string): void {
  const result = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`npm ${words.join(" ")}: ${result.stderr}`);
}

function mebibytes(bytes: number): string {
  return bytes === 0 ? "0" : short(bytes / 2 ** 20);
}
