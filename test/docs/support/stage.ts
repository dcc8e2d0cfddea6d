/** A stage: a temporary folder in which lockstep is installed as npm would, and folders in it for the stories of a page. */
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { workspace } from "../../support/workspace.ts";
import { root } from "./page.ts";

/** What a command printed, to stdout and stderr in the order in which it came, and how it ended. */
export interface Ended {
  readonly output: string;
  readonly exitCode: number | null;
}

/** A folder with a package.json, and what is installed above it. */
export interface Folder {
  readonly path: string;
  write(name: string, content: string): void;
  /** Runs a line of shell. `lockstep` and `node` are the ones under test. */
  run(command: string): Promise<Ended>;
}

export interface Stage {
  readonly path: string;
  folder(name: string): Folder;
}

/** Sets a stage. A copy of the package, and not a link to it: its modules then look for a driver where a user's would. */
export function createStage({ packages }: { readonly packages: readonly string[] }): Stage {
  const stage = workspace({ "node_modules/.bin/": "" });
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(join(root, part), stage.path("node_modules/lockstep", part), { recursive: true });
  }
  for (const name of packages) {
    mkdirSync(dirname(stage.path("node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), stage.path("node_modules", name), "junction");
  }
  const script = stage.path("node_modules/lockstep/bin/lockstep.js");
  const executables = { node: `"${process.execPath}"`, lockstep: `"${process.execPath}" "${script}"` };
  for (const [name, target] of Object.entries(executables)) {
    const file = stage.path("node_modules/.bin", name);
    writeFileSync(file, `#!/bin/sh\nexec ${target} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return { path: stage.root, folder: (name) => createFolder(stage.root, name) };
}

function createFolder(stage: string, name: string): Folder {
  const path = join(stage, name);
  mkdirSync(path, { recursive: true });
  // As npm init makes it for a project of ES modules.
  writeFileSync(join(path, "package.json"), '{ "type": "module" }\n');
  const environment = { ...process.env };
  for (const inherited of ["LOCKSTEP_DATABASE", "DATABASE_URL", "FORCE_COLOR", "NODE_TEST_CONTEXT"]) {
    delete environment[inherited];
  }
  const env = {
    ...environment,
    NO_COLOR: "1",
    // Node 22 warns of node:sqlite and of TypeScript; what is documented is the same on every version.
    NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
    PATH: `${join(stage, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  return {
    path,
    write(file, content) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    },
    run: (command) => runShell(command, path, env),
  };
}

function runShell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((settle, fail) => {
    // One pipe for both outputs, as a terminal is: with two, their order would be lost.
    const child = spawn("sh", ["-c", `exec 2>&1\n${command}`], { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", fail);
    child.once("close", (exitCode) => settle({ output, exitCode }));
  });
}
