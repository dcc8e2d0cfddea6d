/** `lockstep diff --to PATH` */
import { LockstepError, MigrationRunner, type DiffReport, type RenameQuestion } from "../../index.ts";
import { visible } from "../../core/diagnostic/visible.ts";
import { humanName } from "../../core/migration/file-name.ts";
import { path } from "../../node.ts";
import type { CommandModule } from "../command.ts";
import { configure, orInMemory, type Configuration } from "../configuration.ts";
import { answerTo } from "../confirm.ts";
import { chooseLayout, sqlFiles, sqlSections } from "../draft.ts";
import { listKnown, refuseTaken, toName, writeDraft } from "../next-file.ts";
import type { Output } from "../output.ts";
import { printText } from "../text-command.ts";
import { usageError } from "../usage-error.ts";

export const run: CommandModule["run"] = async ({ values, yes }, output) => {
  const { wanted, from, name, switches, allow } = values;
  if (wanted === undefined)
    throw usageError("lockstep diff", "diff needs the wanted schema", "for example: lockstep diff --to schema.sql");
  const configuration = await configure(values, "none");
  const { known, isThere } = await listKnown(configuration);
  const runner = new MigrationRunner({
    ...orInMemory(configuration),
    // A directory that is not there has no migrations yet.
    ...(isThere ? {} : { migrations: [] }),
  });
  const report = await runner.diff({
    to: wanted,
    ...(from === undefined ? {} : { from }),
    allow: allow as readonly ("drop_table" | "drop_column")[],
    ...(output.canAsk() && !yes ? { rename: ask } : {}),
  });
  const found = switches.has("exit-code") && report.changes.length > 0 ? 3 : 0;
  if (report.changes.length === 0) {
    output.emit({ ...report, files: [] });
    output.print(
      `Nothing to do: ${visible(from ?? configuration.migrations)} and ${visible(wanted)} make the same schema.`,
    );
    return 0;
  }
  if (switches.has("dry-run")) {
    output.emit({ ...report, dryRun: true, files: [] });
    show(report, output);
    return found;
  }
  const argument = name ?? report.name;
  const { digits, slug } = await toName(argument, known, configuration);
  const newest = known.at(-1)?.file;
  const layout = chooseLayout(new Set(), newest);
  const version = Number(digits);
  const base = path.join(configuration.migrations, `${digits}-${slug}`);
  const drafts = sqlFiles(base, layout, report);
  const file = drafts[0]?.file ?? "";
  refuseTaken(known, version, file);
  for (const draft of drafts) writeDraft(draft);
  tellFiles(output, { configuration, isThere, files: drafts.map((draft) => draft.file) });
  output.emit({
    ...report,
    migration: { version, name: humanName(slug, version), file },
    files: drafts.map((draft) => draft.file),
  });
  output.print("");
  show(report, output);
  return found;
};

function tellFiles(
  output: Output,
  {
    configuration,
    isThere,
    files,
  }: { readonly configuration: Configuration; readonly isThere: boolean; readonly files: readonly string[] },
): void {
  if (!isThere) output.print(`Created the directory ${visible(configuration.migrations)}`);
  for (const file of files) output.print(`Wrote ${visible(file)}`);
}

/** The migration, and below it what it would do to rows. */
function show(report: DiffReport, output: Output): void {
  printText(sqlSections(report).trimEnd(), output);
  for (const { message, code } of report.hazards)
    output.note(output.noteStyle("yellow", `hazard[${code}]: ${visible(message)}`));
}

/** Asks for each of what is new whether it is what is gone. */
async function ask(question: RenameQuestion): Promise<string | undefined> {
  const { kind, from, candidates } = question;
  const owner = question.kind === "column" ? ` of "${question.table}"` : "";
  for (const candidate of candidates) {
    const text = `The ${kind} "${from}"${owner} is gone. Is it called "${candidate}" now?`;
    const answer = await answerTo(visible(text));
    if (answer === "yes") return candidate;
    // Whoever goes away has not said that it may go, too.
    if (answer === "none") throw unanswered(question);
  }
  return undefined;
}

function unanswered({ kind, from }: RenameQuestion): LockstepError {
  return new LockstepError({
    code: "rename_ambiguous",
    problem: `nobody says what has become of the ${kind} "${from}"`,
    place: { kind: "argument", argument: "lockstep diff" },
    outcome: "unchanged",
    hint: `answer y or n, or write -- lockstep:renamed from ${from} into the wanted schema`,
  });
}
