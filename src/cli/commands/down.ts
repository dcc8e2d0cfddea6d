/** `lockstep down` */
import {
  describeLoss,
  LockstepError,
  MigrationRunner,
  type Loss,
  type RollbackReport,
  type StepView,
} from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import type { Output } from "../output.ts";
import { showEvents } from "../render/events.ts";

export const run: CommandModule["run"] = async ({ values, yes }, output) => {
  const configuration = await configure(values);
  const { database } = configuration;
  const { to, steps } = values;
  const target = { ...(to === undefined ? {} : { to }), ...(steps === undefined ? {} : { steps }) };
  const runner = new MigrationRunner({ ...configuration, onEvent: showEvents(output, configuration) });
  const plan = await runner.plan({ direction: "down", ...target });
  if (plan.steps.length > 0) {
    const head = `Going back from version ${plan.fromVersion} to ${plan.toVersion}:`;
    output.note(`${output.noteStyle("bold", head)} this undoes ${listUndone(plan.steps)}`);
  }
  const report = await revert(runner, target, { yes, output });
  if (report === "declined") {
    output.note(`Nothing was undone: ${database} is still at version ${plan.fromVersion}.`);
    return 1;
  }
  output.emit(report);
  if (report.reverted.length === 0) output.print(`Nothing to undo: ${database} is at version ${report.toVersion}.`);
  return 0;
};

/** How many migrations get a line of their own. */
const SHOWN = 10;

/** One in the sentence; more below it, a line each. */
function listUndone(steps: readonly StepView[]): string {
  const [first] = steps;
  if (first !== undefined && steps.length === 1) return `migration ${first.version} "${first.name}".`;
  const lines = steps.map(({ version, name }) => `    ${String(version).padStart(3)}  ${name}`);
  const left = steps.slice(SHOWN);
  const rest = left.length < 2 ? lines.slice(SHOWN) : [`      …  ${left.length} more, down to ${left.at(-1)?.version}`];
  return [`${steps.length} migrations`, ...lines.slice(0, SHOWN), ...rest].join("\n");
}

/** Goes back at once where nothing is lost. Else a person on a terminal may say yes; a script has to have said it. */
async function revert(
  runner: MigrationRunner,
  target: { readonly to?: number; readonly steps?: number },
  { yes, output }: { readonly yes: boolean; readonly output: Output },
): Promise<RollbackReport | "declined"> {
  try {
    return await runner.rollback({ ...target, allowLoss: false });
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== "would_lose_data") throw error;
    const { losses = [], problem } = error.details;
    const canAsk = output.canAsk();
    if (!yes && !canAsk) throw error;
    const lost = losses.length > 0 ? listLosses(losses) : `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`;
    output.note(output.noteStyle("yellow", lost));
    if (!yes) {
      const { confirm } = await import("../confirm.ts");
      if (!(await confirm("Go on?"))) return "declined";
    }
    return await runner.rollback({ ...target, allowLoss: true });
  }
}

function listLosses(losses: readonly Loss[]): string {
  const lines = losses.map(describeLoss);
  return lines.length === 1 ? `This destroys ${lines[0]}.` : `This destroys\n    ${lines.join("\n    ")}`;
}
