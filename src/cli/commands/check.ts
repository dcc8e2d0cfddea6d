/** `lockstep check` */
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configureWithSchema, orInMemory } from "../configuration.ts";
import { renderAnnotation } from "../render/annotation.ts";
import { renderCheck } from "../render/check.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { configuration, kept, waysBack } = await configureWithSchema(values, "none");
  const report = await new MigrationRunner(orInMemory(configuration)).check({
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
