/** `strace`, where the machine has it: it shows the system calls of a process that touch a database, and can kill it at any of them. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One system call of a run: the `when`-th one of its name, from 1, in the life of its process. */
export interface SystemCall {
  readonly name: string;
  readonly when: number;
}

/** What changes a file. The question mark: not every architecture has each of them. */
const NAMES = "pwrite64,fdatasync,fsync,ftruncate,?unlink,?unlinkat";

/** Why it cannot be used here; undefined where it can. */
export function whyNoStrace(): string | undefined {
  const { error, status, stderr } = spawnSync("strace", ["-e", "trace=none", process.execPath, "-e", ""], {
    encoding: "utf8",
  });
  if (error !== undefined) return "there is no strace on this machine";
  return status === 0 ? undefined : `strace cannot trace here: ${stderr.trim().split("\n")[0] ?? ""}`;
}

/** The beginning of a command line that writes what the process does into a file. */
export function tracing(file: string): readonly string[] {
  return ["strace", "-o", file, "-y", "-s", "1000", "-e", `trace=${NAMES}`];
}

/** The system calls of such a file that touch files in this folder. */
export function readTrace(file: string, folder: string): readonly SystemCall[] {
  const counts = new Map<string, number>();
  const calls: SystemCall[] = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [, name] = /^(\w+)\(/.exec(line) ?? [];
    if (name === undefined) continue;
    const when = (counts.get(name) ?? 0) + 1;
    counts.set(name, when);
    if (line.includes(folder)) calls.push({ name, when });
  }
  return calls;
}

/** The beginning of a command line that kills the process as it begins this system call, which is then not made. */
export function killingAt({ name, when }: SystemCall): readonly string[] {
  return ["strace", "-o", "/dev/null", "-e", `trace=${name}`, "-e", `inject=${name}:signal=SIGKILL:when=${when}`];
}
