/** Section "status": the state of 100 applied migrations, asked on the command line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { notesFor } from "../note.ts";
import { inRounds, pick, type Series } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { ratios, spread } from "../statistics.ts";
import { cell, markdownTable, ratio } from "../table.ts";
import { type ToolKey, tools } from "../tool.ts";
import { canMeasureUsage, type NodeCommand, outputOf, type Usage, usageOf } from "../usage.ts";
import { aim } from "../verdict.ts";
import { directoryFor, preparedDatabase } from "../workplace.ts";

const COUNT = 100;
/** The last of them, as each tool names it. */
const NEWEST = /update[- ]account[- ]status[- ]9\b|Migration1700000000100/i;
const KEYS: readonly ToolKey[] = ["lockstep", "knex", "umzug", "typeorm"];

type Key = ToolKey | "node";

/** Measures and gives the section's text. */
export async function statusSection(run: Run): Promise<string> {
  const entries = tools(KEYS, run.tools);
  const commands = new Map<Key, NodeCommand>([["node", { arguments: ["-e", "0"], folder: run.workplace.folder }]]);
  for (const { key } of entries) commands.set(key, await commandFor(run, key));
  for (const [key, command] of commands) {
    // Whether it lists all of them or shortens the list: whoever did the work names the newest one.
    if (key !== "node" && !NEWEST.test(outputOf(command)))
      throw new Error(`${key} did not tell the state of all ${COUNT}`);
  }
  const rounds = roundsOf(run, 15);
  const clock = canMeasureUsage() ? "wait4" : "clock";
  const series = await inRounds<Key, Usage>({
    title: "status",
    rounds,
    keys: [...commands.keys()],
    measure: async (key) => {
      const command = commands.get(key);
      if (command === undefined) throw new Error(`no command for ${key}`);
      return usageOf(command, clock);
    },
  });
  const labels = new Map<Key, string>([
    ["node", "`node -e 0`"],
    ...entries.map(({ key, label }) => [key, label] as const),
  ]);
  return [
    "### Status, 100 applied",
    `${run.machine} · ${rounds} rounds · whole processes, median [min–max], then the ratio to \`node -e 0\``,
    table(series, labels),
    notesFor("status", entries),
    verdicts(series, labels),
  ].join("\n\n");
}

const COLUMNS: readonly (readonly [head: string, figure: (usage: Usage) => number | undefined])[] = [
  ["wall, ms", ({ wallMs }) => wallMs],
  ["user + system, ms", ({ cpuMs }) => cpuMs],
  ["peak memory, MiB", ({ peakMib }) => peakMib],
];

function table(series: Series<Key, Usage>, labels: ReadonlyMap<Key, string>): string {
  const columns = COLUMNS.map(([, figure]) => pick(series, (usage) => figure(usage) ?? Number.NaN));
  const rows = [...labels].map(([key, label]) => [
    label,
    ...columns.map((column) => {
      const values = column.get(key);
      return values?.some((value) => Number.isNaN(value)) === true ? "needs python3" : cell(values, column.get("node"));
    }),
  ]);
  return markdownTable(["command", ...COLUMNS.map(([head]) => head)], rows);
}

function verdicts(series: Series<Key, Usage>, labels: ReadonlyMap<Key, string>): string {
  const walls = pick(series, ({ wallMs }) => wallMs);
  const ours = walls.get("lockstep");
  const base = walls.get("node");
  if (ours === undefined || base === undefined) return "";
  const ahead = [...walls]
    .filter(([key, values]) => key !== "node" && key !== "lockstep" && spread(values).median < spread(ours).median)
    .map(
      ([key, values]) =>
        `${labels.get(key)} (lockstep takes ${ratio(spread(ours).median / spread(values).median)} its time)`,
    );
  return [
    aim("status: at most 1.5× `node -e 0`, wall", ratios(ours, base).median, 1.5),
    `- Peers ahead of lockstep: ${ahead.length === 0 ? "none" : ahead.join(", ")}.`,
  ].join("\n");
}

/** Gives the command, and writes the file that a peer's command line wants to find. */
async function commandFor(run: Run, key: ToolKey): Promise<NodeCommand> {
  const [entry] = tools([key], undefined);
  if (entry === undefined) throw new Error(`unknown tool: ${key}`);
  const { folder, buildDirectory } = run.workplace;
  const database = await preparedDatabase(run.workplace, entry, COUNT);
  const directory = directoryFor(run.workplace, entry.layout, COUNT);
  const script = (...path: string[]): string => join(run.packageDirectory, "node_modules", ...path);
  const config = (text: string): string => {
    const path = join(folder, `${key}-config.cjs`);
    writeFileSync(path, text);
    return path;
  };
  const quoted = { database: JSON.stringify(database), directory: JSON.stringify(directory) };
  switch (key) {
    case "lockstep":
      return {
        arguments: [script("lockstep", "bin", "lockstep.js"), "status", "-d", database, "-m", directory],
        folder,
      };
    case "knex": {
      const file = config(
        `module.exports = { client: "better-sqlite3", connection: { filename: ${quoted.database} }, useNullAsDefault: true, migrations: { directory: ${quoted.directory} } };\n`,
      );
      return {
        arguments: [script("knex", "bin", "cli.js"), "migrate:list", "--knexfile", file],
        folder,
      };
    }
    case "typeorm": {
      const file = config(
        `const { DataSource } = require("typeorm");\nexports.dataSource = new DataSource({ type: "better-sqlite3", database: ${quoted.database}, migrations: [${quoted.directory} + "/*.cjs"] });\n`,
      );
      return { arguments: [script("typeorm", "cli.js"), "migration:show", "-d", file], folder };
    }
    default:
      return {
        arguments: [join(buildDirectory, "umzug-command.js"), "executed"],
        folder,
        environment: { BENCH_DATABASE: database, BENCH_DIRECTORY: directory },
      };
  }
}
