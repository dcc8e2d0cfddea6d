/** `lockstep types` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { TYPES, writeKept } from "../kept-file.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { output: file } = values;
  if (file === "")
    throw usageError("--output", "--output names no file", "for example: lockstep types --output database.d.ts");
  const report = await new MigrationRunner(await configure(values)).types();
  const { database, currentVersion, types } = report;
  if (file === undefined) {
    output.emit(report);
    // A file gets the bytes; on a terminal, nothing that stands in a database may move the cursor.
    const lines = types.slice(0, -1).split("\n");
    output.print((output.isTerminal ? lines.map((line) => visible(line.replace(/\r$/, ""))) : lines).join("\n"));
    return 0;
  }
  const isWritten = writeKept(file, types, TYPES) === "written";
  output.emit({ ...report, ...(isWritten ? { typesFile: file } : {}) });
  const what = `the types of ${visible(database)} at version ${currentVersion}`;
  output.print(isWritten ? `Wrote ${visible(file)}: ${what}.` : `${visible(file)} has ${what} already.`);
  return 0;
};
