/** `lockstep plan` */
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { renderPlan } from "../render/plan.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const configuration = await configure(values);
  const { to, steps, switches } = values;
  if (steps !== undefined && !switches.has("down"))
    throw usageError("--steps", "--steps counts the way back", "add --down, or use --to V");
  const { database } = configuration;
  const plan = await new MigrationRunner(configuration).plan({
    direction: switches.has("down") ? "down" : "up",
    ...(to === undefined ? {} : { to }),
    ...(steps === undefined ? {} : { steps }),
  });
  output.emit({ database, ...plan });
  output.print(renderPlan(plan, { database, style: output.style }));
  return 0;
};
