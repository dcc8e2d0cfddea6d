/** What is dangerous in migrations, with the database or without. */
import { isUntouched } from "../core/history/listing.ts";
import { resolve } from "../core/history/resolve.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import { toRef } from "../core/migration/reference.ts";
import type { Task } from "../core/task.ts";
import { look } from "../look.ts";
import type { LintOptions } from "../options.ts";
import type { LintFinding, LintReport } from "../report.ts";
import type { Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { listMigrations } from "../source/source.ts";
import { expand } from "./look-closely.ts";
import { findHazards, type FoundHazard, type LintBase, type LintedMigration } from "./find-hazards.ts";
import { tellVersion } from "./tell-version.ts";

/** Lints what is not applied, or all there is. What the caller says goes before what the session says. */
export function* readLint(
  session: Session,
  { all = false, ...options }: LintOptions & { readonly all?: boolean },
): Task<LintReport> {
  const wanted = { ...session.lint, ...options };
  if (all) return yield* lint(session, listMigrations(session.source), { base: "nothing", options: wanted });
  const known = yield* look(session);
  const { entries, snapshot } = isUntouched(known.snapshot) ? known : expand(known);
  return yield* tellVersion(snapshot.version, () => {
    const pending = resolve(entries, snapshot).filter(({ state }) => state === "pending" || state === "out_of_order");
    const waiting = pending.flatMap(({ entry }) => entry ?? []);
    return lint(session, waiting, { base: "database", options: wanted });
  });
}

interface How {
  readonly base: LintBase;
  readonly options: LintOptions;
}

function* lint(session: Session, entries: readonly MigrationEntry[], { base, options }: How): Task<LintReport> {
  const migrations = yield* loadTexts(session, entries);
  const found = yield* findHazards(session, migrations, base, options);
  return { database: session.database, checked: migrations.length, findings: found.map(toFinding) };
}

/** Loads the migrations whose text tells what they do. To import code would run it, and tell nothing more. */
export function* loadTexts(session: Session, entries: readonly MigrationEntry[]): Task<readonly LintedMigration[]> {
  const migrations: LintedMigration[] = [];
  for (const entry of entries) {
    if (entry.layout === "code") {
      migrations.push({
        migration: { ...toRef(entry), transaction: true, foreignKeys: "check" },
        body: { kind: "code" },
      });
      continue;
    }
    const loaded = yield* loadMigration(entry, session.mode);
    migrations.push({ migration: loaded, body: loaded.up });
  }
  return migrations;
}

function toFinding({ migration, script, position, hazard }: FoundHazard): LintFinding {
  const lineText = script.text.split(/\r?\n/, hazard.line).at(-1) ?? "";
  return { ...hazard, migration, statement: position, lineText };
}
