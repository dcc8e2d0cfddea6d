/** Section "schema": whole processes that read, compare and check a schema of 10, 100 and 1,000 tables. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRounds, pick, type Series } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { ratios, spread } from "../statistics.ts";
import { cell, markdownTable, ratio, short } from "../table.ts";
import { type ToolEntry, tools } from "../tool.ts";
import { canMeasureUsage, type NodeCommand, outputOf, type Usage, usageOf } from "../usage.ts";
import { aim } from "../verdict.ts";
import { directoryFor, freshDatabase, preparedDatabase } from "../workplace.ts";

const SIZES = [10, 100, 1000] as const;
const MIGRATIONS = 500;

type Task = "node" | "dump" | "diff" | "lint" | "check" | "drizzle-kit";

/** What is run, and how the table calls it. */
const TITLES: Readonly<Record<Task, string>> = {
  node: "`node -e 0`",
  dump: "`lockstep dump`",
  diff: "`lockstep diff`, one column",
  lint: "`lockstep lint`, one pending",
  check: "`lockstep check`, warm",
  "drizzle-kit": "`drizzle-kit generate`, one column",
};

/** A command, and what has to be put in its place before each run. */
interface Measured {
  readonly command: NodeCommand;
  readonly prepare?: () => void;
}

/** Measures and gives the section's text. */
export async function schemaSection(run: Run): Promise<string> {
  const rounds = roundsOf(run, 7);
  const bySize = new Map<number, Series<Task, number>>();
  for (const size of SIZES) bySize.set(size, await measureSize(run, size, rounds));
  const rows = (Object.keys(TITLES) as Task[]).map((task) => [
    TITLES[task],
    ...SIZES.map((size) => cell(bySize.get(size)?.get(task), bySize.get(size)?.get("node"))),
  ]);
  return [
    "### A schema of 10, 100 and 1,000 tables",
    `${run.machine} · ${rounds} rounds · whole processes, milliseconds, median [min–max], then the ratio to \`node -e 0\``,
    markdownTable(["tables", ...SIZES.map((size) => size.toLocaleString("en"))], rows),
    notes(),
    growth(bySize),
    await checkMigrations(run, rounds),
  ].join("\n\n");
}

async function measureSize(run: Run, size: number, rounds: number): Promise<Series<Task, number>> {
  const commands = commandsFor(run, size);
  // The first check fills its cache, and each command shows that it works.
  for (const { command, prepare } of commands.values()) {
    prepare?.();
    outputOf(command);
  }
  const clock = canMeasureUsage() ? "wait4" : "clock";
  const series = await inRounds<Task, Usage>({
    title: `schema, ${size} tables`,
    rounds,
    keys: [...commands.keys()],
    async measure(task) {
      const { command, prepare } = commands.get(task) as Measured;
      prepare?.();
      return usageOf(command, clock);
    },
  });
  return pick(series, ({ wallMs }) => wallMs);
}

function commandsFor({ workplace, packageDirectory }: Run, size: number): ReadonlyMap<Task, Measured> {
  const folder = join(workplace.folder, `schema-${size}`);
  const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const name of ["migrations", "pending"]) mkdirSync(join(folder, name), { recursive: true });
  file("migrations/001-tables.sql", schemaSql(size));
  file("pending/001-tables.sql", schemaSql(size));
  file("pending/002-step.sql", `ALTER TABLE table_${size} ADD COLUMN note TEXT;\n`);
  file("wanted.sql", schemaSql(size).replace(/(name TEXT NOT NULL)(?!.*name TEXT)/s, "$1, note TEXT"));
  const database = freshDatabase(workplace, `schema-${size}`);
  const lockstep = (...words: readonly string[]): NodeCommand => ({
    arguments: [join(packageDirectory, "node_modules", "lockstep", "bin", "lockstep.js"), ...words],
    folder,
  });
  outputOf(lockstep("up", "-d", database));
  const kit = join(packageDirectory, "node_modules", "drizzle-kit", "bin.cjs");
  const generate: NodeCommand = {
    arguments: [kit, "generate", "--dialect", "sqlite", "--schema", "schema.ts", "--out", "out"],
    folder,
  };
  rmSync(join(folder, "out"), { recursive: true, force: true });
  file("schema.ts", drizzleSchema(size, ""));
  outputOf(generate);
  cpSync(join(folder, "out"), join(folder, "out-before"), { recursive: true });
  file("schema.ts", drizzleSchema(size, ', note: text("note")'));
  return new Map<Task, Measured>([
    ["node", { command: { arguments: ["-e", "0"], folder } }],
    ["dump", { command: lockstep("dump", "-d", database) }],
    ["diff", { command: lockstep("diff", "--to", "wanted.sql", "--dry-run") }],
    ["lint", { command: lockstep("lint", "-d", database, "-m", "pending") }],
    ["check", { command: lockstep("check", "-d", database) }],
    [
      "drizzle-kit",
      {
        command: generate,
        prepare() {
          rmSync(join(folder, "out"), { recursive: true, force: true });
          cpSync(join(folder, "out-before"), join(folder, "out"), { recursive: true });
        },
      },
    ],
  ]);
}

/** Tables with a key, an index, and from the second on a foreign key to the one before. */
function schemaSql(size: number): string {
  const table = (number: number): string => {
    const parent = number === 1 ? "" : `, parent_id INTEGER REFERENCES table_${number - 1} (id)`;
    return `CREATE TABLE table_${number} (id INTEGER PRIMARY KEY${parent}, name TEXT NOT NULL);\nCREATE INDEX table_${number}_name ON table_${number} (name);\n`;
  };
  return Array.from({ length: size }, (_, index) => table(index + 1)).join("");
}

function drizzleSchema(size: number, more: string): string {
  const table = (number: number): string => {
    const parent = number === 1 ? "" : `, parentId: integer("parent_id").references(() => table${number - 1}.id)`;
    const last = number === size ? more : "";
    return `export const table${number} = sqliteTable("table_${number}", { id: integer("id").primaryKey()${parent}, name: text("name").notNull()${last} }, (t) => [index("table_${number}_name").on(t.name)]);\n`;
  };
  return `import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n${Array.from({ length: size }, (_, index) => table(index + 1)).join("")}`;
}

function notes(): string {
  return [
    "What each one does for it:",
    [
      "- dump: reads the whole schema, compares its own reading with SQLite's pragmas for every object, and writes it down.",
      "- diff: replays the migrations in memory, reads the wanted schema, drafts both ways and runs them on a copy.",
      "- lint: reads the schema, and tries the pending statement on a copy of it.",
      "- check: the second run. What the migrations make is kept from the first one; the history and the schema of the database are compared with it.",
      "- drizzle-kit: loads the schema in TypeScript, compares it with its last snapshot and writes a migration and a new snapshot. It runs none of it, and writes no way down.",
    ].join("\n"),
  ].join("\n\n");
}

/** How the time beside that of Node itself grows from 100 to 1,000 tables. Ten times as much is as the schema grows. */
function growth(bySize: ReadonlyMap<number, Series<Task, number>>): string {
  const own = (task: Task, size: number): number => {
    const series = bySize.get(size);
    return spread(series?.get(task) ?? []).median - spread(series?.get("node") ?? []).median;
  };
  const parts = (["dump", "diff", "lint", "check"] as const).map(
    (task) => `${task} ${ratio(own(task, 1000) / Math.max(own(task, 100), 1))}`,
  );
  return `- Ten times the tables, without the time of Node itself: ${parts.join(", ")}.`;
}

/** The aim of `check`: all of 500 applied migrations on a warm cache, beside their status. */
async function checkMigrations(run: Run, rounds: number): Promise<string> {
  const [lockstep] = tools(["lockstep"], undefined) as [ToolEntry];
  const database = await preparedDatabase(run.workplace, { ...lockstep, adapter: "lockstep" }, MIGRATIONS);
  const directory = directoryFor(run.workplace, lockstep.layout, MIGRATIONS);
  const script = join(run.packageDirectory, "node_modules", "lockstep", "bin", "lockstep.js");
  const command = (...words: readonly string[]): NodeCommand => ({
    arguments: [script, ...words, "-d", database, "-m", directory],
    folder: run.workplace.folder,
  });
  const before = performance.now();
  outputOf(command("check", "--no-cache"));
  const coldMs = performance.now() - before;
  outputOf(command("check"));
  const clock = canMeasureUsage() ? "wait4" : "clock";
  const series = await inRounds<"status" | "check", Usage>({
    title: "check, 500 migrations",
    rounds,
    keys: ["status", "check"],
    measure: (name) => usageOf(command(name), clock),
  });
  const walls = pick(series, ({ wallMs }) => wallMs);
  const [status = [], check = []] = [walls.get("status"), walls.get("check")];
  return [
    `- ${MIGRATIONS} migrations: \`status\` ${short(spread(status).median)} ms, \`check\` on a warm cache ${short(spread(check).median)} ms, without it ${short(coldMs)} ms.`,
    aim("check of 500 migrations, warm: at most 2× `status`, wall", ratios(check, status).median, 2),
  ].join("\n");
}
