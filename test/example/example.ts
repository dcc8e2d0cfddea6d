/** Runs the example as a user would: its server and its script as processes, on a folder of the test's own. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { createDeferred } from "./deferred.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const exampleFolder = join(root, "examples", "qwen-proxy");

/** What the processes of one test share. */
interface Setting {
  readonly databasePath: string;
  /** Default: the example in the repository. */
  readonly folder?: string;
  /** Default: an address at which nothing listens. */
  readonly upstreamUrl?: string;
  /** Default 0, any free one. */
  readonly port?: number;
  /** Variables beside these, or instead of them. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A process that has ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that may still run. */
interface Running {
  /** The address, once it listens, or undefined if it ended without that. */
  readonly listening: Promise<string | undefined>;
  readonly ended: Promise<Ended>;
  /** Everything printed so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

/** A server that listens. */
export interface Server extends Running {
  readonly url: string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<Ended>;
}

/** Something that has an end at which things can be cleaned up; a test's context is one. */
interface Scope {
  after(cleanUp: () => unknown): void;
}

/** A scope for a whole suite, ended by its `after` hook. */
export class SuiteScope implements Scope {
  readonly #cleanUps: (() => unknown)[] = [];

  after(cleanUp: () => unknown): void {
    this.#cleanUps.push(cleanUp);
  }

  /** Cleans up, the newest thing first. */
  async end(): Promise<void> {
    for (const cleanUp of this.#cleanUps.toReversed()) await cleanUp();
  }
}

/** A folder that is removed after the test. */
export function createFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), "qwen-proxy-"));
  scope.after(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** A copy of the example with one more migration. */
export function copyExample(scope: Scope, migration: { readonly file: string; readonly text: string }): string {
  const parent = createFolder(scope);
  const folder = join(parent, "qwen-proxy");
  const data = join(exampleFolder, "data") + sep;
  cpSync(exampleFolder, folder, { recursive: true, filter: (source) => !source.startsWith(data) });
  symlinkSync(join(root, "node_modules"), join(parent, "node_modules"), "junction");
  writeFileSync(join(folder, "src", "database", "migrations", migration.file), migration.text);
  return folder;
}

/** Starts the server and does not wait for anything. It is killed after the test if it is still there. */
export function launchServer(scope: Scope, setting: Setting): Running {
  const child = launch(setting, ["src/server.ts"]);
  const running = watch(child);
  scope.after(async () => {
    child.kill("SIGKILL");
    await running.ended;
  });
  return running;
}

/** Starts the server and waits until it listens. Throws its output if it ends instead. */
export async function startServer(scope: Scope, setting: Setting): Promise<Server> {
  const running = launchServer(scope, setting);
  const url = await running.listening;
  if (url === undefined) throw new Error(`the server does not listen:\n${running.output()}`);
  const stop = async (): Promise<Ended> => {
    running.signal("SIGTERM");
    return await running.ended;
  };
  return { ...running, url, stop };
}

/** Runs `scripts/migrate.ts` to its end. */
export async function runScript(setting: Setting, ...words: readonly string[]): Promise<Ended> {
  return await watch(launch(setting, ["scripts/migrate.ts", ...words])).ended;
}

function launch(setting: Setting, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, words, {
    cwd: setting.folder ?? exampleFolder,
    env: {
      ...process.env,
      QWEN_DATABASE: setting.databasePath,
      QWEN_BASE_URL: setting.upstreamUrl ?? "http://127.0.0.1:9/v1",
      QWEN_API_KEY: "the-proxys-own-key",
      HOST: "127.0.0.1",
      PORT: String(setting.port ?? 0),
      ...setting.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function watch(child: ChildProcess): Running {
  let stdout = "";
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { promise: listening, resolve } = createDeferred<string | undefined>();
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const address = /listening on (http:\S+)\n/.exec(stdout)?.[1];
    if (address !== undefined) resolve(address);
  });
  const ended = once(child, "close").then(([exitCode]: (number | null)[]) => {
    resolve(undefined);
    return { exitCode: exitCode ?? null, stdout, stderr };
  });
  return { listening, ended, output: () => stdout + stderr, signal: (name) => child.kill(name) };
}
