/** `lockstep dump` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { SCHEMA, writeKept } from "../kept-file.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { output: file } = values;
  if (file === "")
    throw usageError("--output", "--output names no file", "for example: lockstep dump --output schema.sql");
  const report = await new MigrationRunner(await configure(values)).dump();
  const { database, currentVersion, schema } = report;
  if (file === undefined) {
    output.emit(report);
    // A file gets the bytes; on a terminal, nothing that stands in a database may move the cursor.
    const lines = schema.slice(0, -1).split("\n");
    output.print((output.isTerminal ? lines.map((line) => visible(line.replace(/\r$/, ""))) : lines).join("\n"));
    return 0;
  }
  const isWritten = writeKept(file, schema, SCHEMA) === "written";
  output.emit({ ...report, ...(isWritten ? { schemaFile: file } : {}) });
  const what = `the schema of ${visible(database)} at version ${currentVersion}`;
  output.print(isWritten ? `Wrote ${visible(file)}: ${what}.` : `${visible(file)} is ${what} already.`);
  return 0;
};
