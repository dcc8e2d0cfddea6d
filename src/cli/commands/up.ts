/** `lockstep up` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configureWithSchema } from "../configuration.ts";
import { renderPlan } from "../render/plan.ts";
import { showEvents } from "../render/events.ts";
import { keepFiles, tellWritten } from "../keep-files.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { configuration, kept } = await configureWithSchema(values);
  const { database } = configuration;
  const runner = new MigrationRunner({ ...configuration, onEvent: showEvents(output, configuration) });
  const target = values.to === undefined ? {} : { to: values.to };
  if (values.switches.has("dry-run")) {
    const plan = await runner.plan(target);
    output.emit({ database, dryRun: true, ...plan });
    output.print(renderPlan(plan, { database, style: output.style }));
    return 0;
  }
  const report = await runner.runMigrations(target);
  const { applied, toVersion } = report;
  const written = await keepFiles(runner, kept, { toVersion, completed: applied });
  output.emit({ ...report, ...written });
  if (applied.length === 0) output.print(`Nothing to do: ${visible(database)} is at version ${toVersion}.`);
  tellWritten(written, output);
  return 0;
};
