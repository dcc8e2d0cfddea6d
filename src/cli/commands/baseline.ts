/** `lockstep baseline V` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values, argument = "" }, output) => {
  if (!/^\d+$/.test(argument) || !Number.isSafeInteger(Number(argument))) {
    throw usageError(
      argument,
      `baseline needs a version, not ${JSON.stringify(argument)}`,
      "for example: lockstep baseline 7",
    );
  }
  const report = await new MigrationRunner(await configure(values)).baseline(Number(argument));
  const { marked, toVersion } = report;
  const database = visible(report.database);
  output.emit(report);
  for (const { version, name } of marked)
    output.print(`  ${output.style("green", "✓")} ${String(version).padStart(3)}  ${visible(name)}`);
  if (marked.length === 0) {
    output.print(`Nothing to mark: ${database} is at version ${toVersion}.`);
    return 0;
  }
  const count = `${marked.length} migration${marked.length === 1 ? "" : "s"}`;
  output.print(`Marked ${count} as applied and ran none: ${database} is at version ${toVersion}.`);
  return 0;
};
