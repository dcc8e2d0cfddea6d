/** `lockstep squash` */
import { visible } from "../../core/diagnostic/visible.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { SQUASH, writeKept } from "../kept-file.ts";
import { plural } from "../render/plural.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const { to } = values;
  if (to === undefined)
    throw usageError("lockstep squash", "squash needs a version to go up to", "for example: lockstep squash --to 12");
  const configuration = await configure(values, "none");
  // The database is not opened: what migrations do is found out in memory.
  const report = await new MigrationRunner({ ...configuration, database: ":memory:" }).squash(to);
  const { file, sql, covers, code, rows, toVersion } = report;
  const isWritten = writeKept(file, sql, SQUASH) === "written";
  output.emit({ ...report, written: isWritten });
  const what = `${plural(covers.length, "migration")} up to version ${toVersion} as one, with ${plural(rows, "row")}`;
  output.print(isWritten ? `Wrote ${visible(file)}: ${what}.` : `${visible(file)} has ${what} already.`);
  for (const { version, name } of code)
    output.print(
      `  ${String(version).padStart(3)}  ${visible(name)}: in code; squashed from what it did on an empty database`,
    );
  return 0;
};
