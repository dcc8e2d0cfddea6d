/** `lockstep dump` */
import type { CommandModule } from "../command.ts";
import { SCHEMA } from "../kept-file.ts";
import { textCommand } from "../text-command.ts";

export const run: CommandModule["run"] = textCommand({
  kept: SCHEMA,
  example: "lockstep dump --output schema.sql",
  read: (runner) => runner.dump(),
  textOf: ({ schema }) => schema,
  member: "schemaFile",
  verb: "is",
});
