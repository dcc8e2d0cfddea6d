/** `lockstep lint` */
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure, orInMemory } from "../configuration.ts";
import { renderLint } from "../render/lint.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const all = values.switches.has("all");
  // All migrations are looked at without a database, so that none has to be named.
  const configuration = await configure(values, all ? "none" : "required");
  const { target } = values;
  const report = await new MigrationRunner(orInMemory(configuration)).lint({
    all,
    ...(target === undefined ? {} : { target }),
  });
  output.emit(report);
  output.print(renderLint(report, output.style));
  return report.findings.some(({ level }) => level !== "advice") ? 3 : 0;
};
