/** `lockstep types` */
import type { CommandModule } from "../command.ts";
import { TYPES } from "../kept-file.ts";
import { textCommand } from "../text-command.ts";

export const run: CommandModule["run"] = textCommand({
  kept: TYPES,
  example: "lockstep types --output database.d.ts",
  read: (runner) => runner.types(),
  textOf: ({ types }) => types,
  member: "typesFile",
  verb: "has",
});
