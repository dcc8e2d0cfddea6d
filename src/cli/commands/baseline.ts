/** `lockstep baseline V` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configureWithSchema } from "../configuration.ts";
import { keepFiles, tellWritten } from "../keep-files.ts";
import { plural } from "../render/plural.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values, argument = "" }, output) => {
  if (!/^\d+$/.test(argument) || !Number.isSafeInteger(Number(argument))) {
    throw usageError(
      argument,
      `baseline needs a version, not ${JSON.stringify(argument)}`,
      "for example: lockstep baseline 7",
    );
  }
  const { configuration, kept } = await configureWithSchema(values);
  const runner = new MigrationRunner(configuration);
  const report = await runner.baseline(Number(argument));
  const { marked, toVersion } = report;
  const database = visible(report.database);
  for (const { version, name } of marked)
    output.print(`  ${output.style("green", "✓")} ${String(version).padStart(3)}  ${visible(name)}`);
  const done =
    marked.length === 0 ? "Nothing to mark" : `Marked ${plural(marked.length, "migration")} as applied and ran none`;
  output.print(`${done}: ${database} is at version ${toVersion}.`);
  const completed = marked.map((migration) => ({ ...migration, durationMs: 0 }));
  const written = await keepFiles(runner, kept, { toVersion, completed });
  output.emit({ ...report, ...written });
  tellWritten(written, output);
  return 0;
};
