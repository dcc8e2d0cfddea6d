/** The process that commands.ts starts: runs one command line after the other, each by importing the command line's entry anew. */
import { readFileSync, writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { MARK, type CommandLine } from "./commands.ts";

const lines = JSON.parse(readFileSync(0, "utf8")) as readonly CommandLine[];
const codes: number[] = [];
for (const [index, { args, cwd, env = {} }] of lines.entries()) {
  process.chdir(cwd);
  process.argv.splice(1, Infinity, "lockstep", ...args);
  const before = { ...process.env };
  Object.assign(process.env, env);
  process.exitCode = undefined;
  await import(`../../src/cli/main.ts?${index}`);
  // The entry sets the exit code when all is done.
  while (process.exitCode === undefined) await turn();
  codes.push(Number(process.exitCode));
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, before);
  for (const descriptor of [1, 2]) writeSync(descriptor, MARK);
}
process.exitCode = 0;
writeSync(1, JSON.stringify(codes));
