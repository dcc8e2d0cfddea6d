/** `lockstep down` */
import { visible } from "../../core/diagnostic/visible.ts";
import { LockstepError, MigrationRunner, type PlanView, type RollbackReport, type StepView } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configureWithSchema } from "../configuration.ts";
import { confirmationNeeded, wayChanged } from "../confirmation-error.ts";
import type { Output } from "../output.ts";
import { refusalOf, tellDamage, toDamage } from "../damage.ts";
import { showEvents } from "../render/events.ts";
import { renderStored } from "../render/stored.ts";
import { keepFiles, tellWritten } from "../keep-files.ts";

export const run: CommandModule["run"] = async ({ values, yes }, output) => {
  const { configuration, kept } = await configureWithSchema(values);
  const { database } = configuration;
  const { to, steps } = values;
  const target = { ...(to === undefined ? {} : { to }), ...(steps === undefined ? {} : { steps }) };
  const runner = new MigrationRunner({ ...configuration, onEvent: showEvents(output, configuration) });
  const plan = await runner.plan({ direction: "down", ...target });
  const stored = plan.steps.filter(({ origin }) => origin === "history");
  if (plan.steps.length > 0) {
    const head = `Going back from version ${plan.fromVersion} to ${plan.toVersion}:`;
    output.note(`${output.noteStyle("bold", head)} this undoes ${listUndone(plan.steps)}`);
  }
  if (stored.length > 0) output.note(renderStored(stored, { style: output.noteStyle, verbose: output.verbose }));
  const report = await revert({ runner, database, target, plan, stored }, { yes, output });
  if (report === "declined") {
    output.note(`Nothing was undone: ${visible(database)} is still at version ${plan.fromVersion}.`);
    return 1;
  }
  // The rows that had it are gone now.
  const fromHistory = stored.filter((step) => report.reverted.some(({ version }) => version === step.version));
  const { reverted, toVersion } = report;
  const written = await keepFiles(runner, kept, { toVersion, completed: reverted });
  output.emit({
    ...report,
    ...(fromHistory.length > 0 ? { fromHistory } : {}),
    ...written,
  });
  if (reverted.length === 0) output.print(`Nothing to undo: ${visible(database)} is at version ${toVersion}.`);
  tellWritten(written, output);
  return 0;
};

/** How many migrations get a line of their own. */
const SHOWN = 10;

/** One in the sentence; more below it, a line each. */
function listUndone(steps: readonly StepView[]): string {
  const [first] = steps;
  if (first !== undefined && steps.length === 1) return `migration ${first.version} "${visible(first.name)}".`;
  const lines = steps.map(({ version, name }) => `    ${String(version).padStart(3)}  ${visible(name)}`);
  const left = steps.slice(SHOWN);
  const rest = left.length < 2 ? lines.slice(SHOWN) : [`      …  ${left.length} more, down to ${left.at(-1)?.version}`];
  return [`${steps.length} migrations`, ...lines.slice(0, SHOWN), ...rest].join("\n");
}

/** A way back that has been shown, and what it was planned from. */
interface Way {
  readonly runner: MigrationRunner;
  readonly database: string;
  readonly target: { readonly to?: number; readonly steps?: number };
  readonly plan: PlanView;
  /** The steps whose SQL only the history has. */
  readonly stored: readonly StepView[];
}

/**
 * Goes back at once where nothing is lost and all of its SQL stands in files. Else a person on a terminal may say yes, once to
 * everything; a script has to have said it.
 */
async function revert(
  way: Way,
  { yes, output }: { readonly yes: boolean; readonly output: Output },
): Promise<RollbackReport | "declined"> {
  const { runner, database, target, plan, stored } = way;
  const mustAsk = stored.length > 0 && !yes;
  // What is asked about anyway is measured before the question, so that there is only one.
  const tried = mustAsk
    ? await refusalOf(() => runner.measureLoss(target))
    : await refusalOf(() => runner.rollback({ ...target, allowLoss: false }));
  if ("reverted" in tried) return tried;
  const damage = toDamage(tried);
  if (!yes && !output.canAsk())
    throw tried instanceof LockstepError && !mustAsk ? tried : confirmationNeeded(way, damage);
  if (damage !== undefined) output.note(output.noteStyle("yellow", tellDamage(damage)));
  if (!yes) {
    const { confirm } = await import("../confirm.ts");
    if (!(await confirm("Go on?"))) return "declined";
    // While somebody reads, another process may go up or down. What runs is what was shown.
    const now = await runner.plan({ direction: "down", ...target });
    if (JSON.stringify(now) !== JSON.stringify(plan)) throw wayChanged(database, now.fromVersion);
  }
  return await runner.rollback({ ...target, allowLoss: damage !== undefined });
}
