/** A command that gives one text about a database: on stdout, or in a file. */
import { visible } from "../core/diagnostic/visible.ts";
import { MigrationRunner } from "../index.ts";
import type { CommandModule } from "./command.ts";
import { configure } from "./configuration.ts";
import type { KeptFiles } from "./keep-files.ts";
import { writeKept, type KeptText } from "./kept-file.ts";
import type { Output } from "./output.ts";
import { usageError } from "./usage-error.ts";

/** What is different from one such command to the next. */
export interface TextCommand<Report> {
  readonly kept: KeptText;
  /** A call with the option that names the file. */
  readonly example: string;
  readonly read: (runner: MigrationRunner) => Promise<Report>;
  readonly textOf: (report: Report) => string;
  /** The member of the result with the file that was written. */
  readonly member: keyof KeptFiles;
  /** The verb of "schema.sql is the schema of app.db already". */
  readonly verb: "is" | "has";
}

/** The code of such a command. */
export function textCommand<Report extends { readonly database: string; readonly currentVersion: number }>({
  kept,
  example,
  read,
  textOf,
  member,
  verb,
}: TextCommand<Report>): CommandModule["run"] {
  return async ({ values }, output) => {
    const { output: file } = values;
    if (file === "") throw usageError("--output", "--output names no file", `for example: ${example}`);
    const report = await read(new MigrationRunner(await configure(values)));
    const text = textOf(report);
    if (file === undefined) {
      output.emit(report);
      printText(text.slice(0, -1), output);
      return 0;
    }
    const isWritten = writeKept(file, text, kept) === "written";
    output.emit({ ...report, ...(isWritten ? { [member]: file } : {}) });
    const what = `${kept.what} of ${visible(report.database)} at version ${report.currentVersion}`;
    output.print(isWritten ? `Wrote ${visible(file)}: ${what}.` : `${visible(file)} ${verb} ${what} already.`);
    return 0;
  };
}

/** Prints the lines of a text. A file gets the bytes; on a terminal, nothing that stands in a database may move the cursor. */
export function printText(text: string, output: Output): void {
  const lines = text.split("\n");
  output.print((output.isTerminal ? lines.map((line) => visible(line.replace(/\r$/, ""))) : lines).join("\n"));
}
