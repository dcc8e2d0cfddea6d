/** `lockstep status` */
import { databasePath } from "../../database-path.ts";
import { fs } from "../../node.ts";
import { MigrationRunner } from "../../index.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { renderStatus } from "../render/status.ts";

export const run: CommandModule["run"] = async ({ values }, output) => {
  const configuration = await configure(values);
  const status = await new MigrationRunner(configuration).status();
  const { style, columns, verbose } = output;
  const isThere = fs.existsSync(databasePath(status.database));
  output.emit(status);
  output.print(renderStatus(status, { style, columns, verbose, isThere, blocking: configuration }));
  return values.switches.has("exit-code") && !status.upToDate ? 3 : 0;
};
