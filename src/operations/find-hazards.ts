/** Lints migrations: walks them on a copy of the schema, asks the rules, and the rows of the real database. */
import { fixText } from "../core/lint/fix.ts";
import { checkStatement, type RuleFinding } from "../core/lint/check.ts";
import type { LintContext } from "../core/lint/context.ts";
import { findHandRebuilds } from "../core/lint/hand-rebuild.ts";
import type { Hazard } from "../core/lint/hazard.ts";
import { SchemaModel } from "../core/lint/schema-model.ts";
import type { LintTarget } from "../core/lint/target.ts";
import type { ForeignKeyMode, LoadedMigration, MigrationBody, MigrationRef } from "../core/migration/migration.ts";
import { toRef } from "../core/migration/reference.ts";
import { positionAt, type Script, type Statement } from "../core/sql/script.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Task } from "../core/task.ts";
import { retryWhileBusy } from "../lock.ts";
import type { LintOptions } from "../options.ts";
import { readModel, walkScript, type WalkedStatement } from "../scratch/walk-schema.ts";
import type { Session } from "../session.ts";
import { lintSettings } from "./lint-settings.ts";
import { RowsNow } from "./rows-now.ts";

/** A migration, as far as the linter asks. */
export interface LintedMigration {
  readonly migration: MigrationRef &
    Pick<LoadedMigration, "covers"> & { readonly transaction: boolean; readonly foreignKeys: ForeignKeyMode };
  readonly body: Pick<MigrationBody, "kind"> & { readonly script?: Script };
}

/** A hazard and where it is. */
export interface FoundHazard {
  readonly migration: MigrationRef;
  readonly script: Script;
  readonly statement: Statement;
  /** From 1, in the script. */
  readonly position: number;
  readonly hazard: Hazard;
}

/** On what the migrations would run. `nothing`: on no database; each of them then has to be good for tables with rows. */
export type LintBase = "database" | "nothing";

/** Finds what is dangerous in migrations that run one after the other. Reads the database, and writes nothing. */
export function* findHazards(
  session: Session,
  migrations: readonly LintedMigration[],
  base: LintBase,
  options: LintOptions = session.lint,
): Task<readonly FoundHazard[]> {
  const settings = lintSettings(options);
  if (!migrations.some(({ body }) => (body.script?.statements.length ?? 0) > 0)) return [];
  const found: FoundHazard[] = [];
  const connection = base === "database" && session.isThere ? session.connection : undefined;
  let model =
    connection === undefined ? SchemaModel.empty : yield* retryWhileBusy(session, () => readModel(connection));
  let schema: "known" | "unknown" = "known";
  const rows = new RowsNow(connection, model);
  for (const { migration, body } of migrations) {
    if (base === "nothing") rows.forget();
    const { script } = body;
    if (script === undefined) {
      schema = "unknown";
      rows.touchAll();
      continue;
    }
    const walk = yield* walkScript(session, script, model);
    if (walk.schema === "unknown") schema = "unknown";
    const end = walk.statements.at(-1)?.after ?? model;
    const view: ScriptView = { script, migration, start: model, end, target: settings.target };
    for (const context of contexts(view, walk.statements, schema)) {
      // Nobody wrote a squash, and it only ever runs on an empty database: it is walked for what follows, and not judged.
      const judged = migration.covers === undefined ? checkStatement(context, { off: settings.off, schema }) : [];
      for (const one of judged) {
        const hazard = yield* toHazard(one, context, rows);
        if (hazard !== undefined) found.push(foundIn(view, context, hazard));
      }
      rows.note(context);
    }
    // What failed here leaves a schema behind that nobody knows.
    if (walk.statements.some(({ failure }) => failure !== undefined)) schema = "unknown";
    model = end;
  }
  return found;
}

function foundIn({ migration, script }: ScriptView, { statement, position }: LintContext, hazard: Hazard): FoundHazard {
  return { migration: toRef(migration), script, statement, position: position + 1, hazard };
}

interface ScriptView {
  readonly script: Script;
  readonly migration: LintedMigration["migration"];
  readonly start: SchemaModel;
  readonly end: SchemaModel;
  readonly target: LintTarget | undefined;
}

/** The contexts of all statements. Only the first failure of a script is told: the others may follow from it. */
function contexts(
  view: ScriptView,
  walked: readonly WalkedStatement[],
  schema: "known" | "unknown",
): readonly LintContext[] {
  const { script, migration, start, end, target } = view;
  const rebuilds = findHandRebuilds(script.statements);
  const first = schema === "known" ? walked.findIndex(({ failure }) => failure !== undefined) : -1;
  return walked.map(({ before, after, failure }, position) => {
    const statement = script.statements[position] as Statement;
    const isEnforced = migration.foreignKeys === "enforce" || target?.foreignKeys === "always";
    return {
      script,
      statement,
      position,
      kind: classify(statement),
      start,
      before,
      after,
      end,
      ...(position === first && failure !== undefined ? { failure } : {}),
      foreignKeys: isEnforced ? "on" : "off",
      transaction: migration.transaction,
      rebuilds,
      ...(target === undefined ? {} : { target }),
    };
  });
}

/** The hazard of a finding; undefined where the rows of the database say that it is none there. */
function* toHazard({ rule, finding }: RuleFinding, context: LintContext, rows: RowsNow): Task<Hazard | undefined> {
  const { message, fix, place, question, level = rule.level } = finding;
  const count = question === undefined ? undefined : yield* rows.ask(question, context);
  if (count?.rows !== undefined && count.rows < (question?.atLeast ?? 1)) return undefined;
  if (count === undefined && question?.unanswered === "drop") return undefined;
  const { line, column } = positionAt(context.script.text, place.offset);
  return {
    code: rule.code,
    category: rule.category,
    level,
    message,
    ...(fix === undefined ? {} : { fix: fixText(fix) }),
    line,
    column,
    length: place.length,
    ...(question?.counts === "whether" ? {} : count),
  };
}
