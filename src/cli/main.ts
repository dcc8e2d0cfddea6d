/** The command line's entry: finds the command, runs it, tells an error, sets the exit code. Nothing else sets it. */
import { LockstepError } from "../index.ts";
import { parseArguments } from "./arguments.ts";
import type { Invocation } from "./command.ts";
import { commandNamed } from "./commands.ts";
import { hushExperiments } from "./hush-experiments.ts";
import { createOutput, type Output } from "./output.ts";
import { showError } from "./render/error.ts";

hushExperiments();
void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});

async function run(argv: readonly string[]): Promise<number> {
  // Wrong arguments may hide --json from the parser, and even then a script reads one object.
  let output: Output = createOutput({ json: argv.includes("--json"), verbose: false, command: null });
  try {
    const invocation = parseArguments(argv);
    output = createOutput({ ...invocation, command: invocation.command ?? null });
    return await dispatch(invocation, output);
  } catch (error) {
    showError(error, output);
    return error instanceof LockstepError && error.code === "invalid_usage" ? 2 : 1;
  }
}

async function dispatch(invocation: Invocation, output: Output): Promise<number> {
  if (invocation.kind === "help") {
    const { helpText } = await import("./render/help.ts");
    output.emit({ help: helpText(invocation.command, (_format, text) => text) });
    output.print(helpText(invocation.command, output.style));
    return 0;
  }
  if (invocation.kind === "version") {
    const { packageVersion } = await import("../package-version.ts");
    output.emit({ packageVersion });
    output.print(packageVersion);
    return 0;
  }
  const { run: command } = await commandNamed(invocation.command).load();
  return await command(invocation, output);
}
