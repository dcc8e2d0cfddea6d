/** `lockstep check` */
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configureWithSchema } from "../configuration.ts";
import { renderAnnotation } from "../render/annotation.ts";
import { renderCheck } from "../render/check.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { configuration, kept, waysBack } = await configureWithSchema(values, "none");
  // Without a database, one in memory: there is nothing in it to look at.
  const database = configuration.database === "" ? ":memory:" : configuration.database;
  const report = await new MigrationRunner({ ...configuration, database }).check({
    ...(kept.schemaFile === undefined ? {} : { schemaFile: kept.schemaFile }),
    ...(kept.typesFile === undefined ? {} : { typesFile: kept.typesFile }),
    ...(waysBack === undefined ? {} : { waysBack }),
    ...(values.switches.has("no-cache") ? { cache: "ignore" } : {}),
  });
  output.emit(report);
  output.print(renderCheck(report, output));
  if (values.switches.has("github") || process.env["GITHUB_ACTIONS"] === "true") {
    for (const finding of report.findings) output.print(renderAnnotation(finding));
  }
  return report.findings.length > 0 ? 3 : 0;
};
