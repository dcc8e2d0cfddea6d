/** The benchmark's command: measures lockstep, its peers and the floor, and writes docs/performance.md. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.ts";
import { describeMachine, installedVersions } from "./machine.ts";
import { SECTIONS, type SectionName, writeSections } from "./page.ts";
import { parseFlags, type Run } from "./run.ts";
import { applySection } from "./section/apply.ts";
import { checkSection } from "./section/check.ts";
import { rebuildSection } from "./section/rebuild.ts";
import { schemaSection } from "./section/schema.ts";
import { sizeSection } from "./section/size.ts";
import { startSection } from "./section/start.ts";
import { statusSection } from "./section/status.ts";
import { togetherSection } from "./section/together.ts";
import { openWorkplace } from "./workplace.ts";

const SECTION: Readonly<Record<SectionName, (run: Run) => Promise<string>>> = {
  start: startSection,
  apply: applySection,
  check: checkSection,
  rebuild: rebuildSection,
  schema: schemaSection,
  status: statusSection,
  together: togetherSection,
  size: sizeSection,
};

const PEERS: readonly string[] = [
  "lockstep",
  "drizzle-orm",
  "kysely",
  "knex",
  "umzug",
  "typeorm",
  "better-sqlite3",
  "drizzle-kit",
];

const flags = parseFlags(process.argv.slice(2));
const packageDirectory = dirname(import.meta.dirname);
const folder = flags.work ?? mkdtempSync(join(tmpdir(), "lockstep-bench-"));
try {
  const workplace = openWorkplace(folder, build(packageDirectory), packageDirectory);
  const run: Run = { ...flags, workplace, packageDirectory, machine: describeMachine(folder) };
  const page = join(dirname(packageDirectory), "docs", "performance.md");
  process.stderr.write(`${run.machine}\n${installedVersions(packageDirectory, PEERS).join(", ")}\n`);
  for (const name of SECTIONS.filter((section) => flags.sections.includes(section))) {
    const text = await SECTION[name](run);
    process.stdout.write(`\n${text}\n\n`);
    // After each section, so that a run that is interrupted keeps what it has.
    if (flags.output === "page") writeSections(page, new Map([[name, text]]));
  }
} finally {
  if (flags.work === undefined) rmSync(folder, { recursive: true, force: true });
}
