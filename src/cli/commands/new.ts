/** `lockstep new NAME` */
import { path } from "../../node.ts";
import { visible } from "../../core/diagnostic/visible.ts";
import { humanName } from "../../core/migration/file-name.ts";
import type { CommandModule } from "../command.ts";
import { configure } from "../configuration.ts";
import { chooseLayout, draftFiles } from "../draft.ts";
import { listKnown, refuseTaken, toName, writeDraft } from "../next-file.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values, argument = "" }, output) => {
  const { switches } = values;
  if (switches.has("sql") && switches.has("ts"))
    throw usageError("--sql --ts", "a migration is one or the other", "leave out one of them");
  const configuration = await configure(values, "none");
  const { migrations, driver = "node:sqlite" } = configuration;
  const { known, isThere } = await listKnown(configuration);
  const { digits, slug } = await toName(argument, known, configuration);
  const layout = chooseLayout(switches, known.at(-1)?.file);
  const version = Number(digits);
  const name = humanName(slug, version);
  const drafts = draftFiles(path.join(migrations, `${digits}-${slug}`), layout, { name, driver });
  const file = drafts[0]?.file ?? "";
  refuseTaken(known, version, file);
  for (const draft of drafts) writeDraft(draft);
  if (!isThere) output.print(`Created the directory ${visible(migrations)}`);
  for (const draft of drafts) output.print(`Wrote ${visible(draft.file)}`);
  output.emit({ migration: { version, name, file }, files: drafts.map((draft) => draft.file) });
  return 0;
};
