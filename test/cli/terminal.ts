/** Runs the command line on a terminal: a pseudo-terminal that Python opens, since Node itself cannot. */
import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { bin, plainEnvironment } from "./run-lockstep.ts";

/** Why there is no terminal here; false where there is one. Goes into a test's `skip`. */
export const noTerminal: string | false =
  spawnSync("python3", ["-c", "import pty, termios"]).status === 0 ? false : "python3 with its module pty is not here";

export interface OnTerminal {
  /** All that the terminal was sent, escapes included. */
  readonly sent: string;
  /** What a person sees of it in the end, colours taken away. */
  readonly screen: readonly string[];
  readonly exitCode: number;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person types, once for each time that the text before it has appeared, and a command that another one runs before that. */
  readonly answer?: {
    readonly after: string;
    readonly type: string | readonly string[];
    readonly meanwhile?: readonly string[];
  };
}

/** Runs `lockstep` with these arguments on a terminal. */
export async function runOnTerminal(
  args: readonly string[],
  { cwd, columns = 80, env = {}, answer }: TerminalOptions,
): Promise<OnTerminal> {
  const request = {
    cwd,
    columns,
    command: [process.execPath, bin, ...args],
    env: plainEnvironment({ TERM: "xterm-256color", ...env }),
    after: answer?.after ?? "",
    type: [answer?.type ?? []].flat(),
    meanwhile: answer?.meanwhile ?? [],
  };
  const child = spawn("python3", ["-c", PROGRAM, JSON.stringify(request)], { timeout: 30_000 });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await new Promise((resolve) => child.once("close", resolve));
  if (output === "") throw new Error(`the terminal failed: ${errors}`);
  const { sent, exitCode } = JSON.parse(output) as { sent: string; exitCode: number };
  return { sent, exitCode, screen: render(sent) };
}

/** Clears the rest of a line. */
const CLEAR = "\u001B[K";

/** What stands on the lines in the end: a carriage return goes back, and a line is cleared from there. */
function render(sent: string): readonly string[] {
  return sent
    .split("\r\n")
    .map((line) => line.split(CLEAR).at(-1) ?? "")
    .map((line) => stripVTControlCharacters(line).replaceAll("\r", ""))
    .filter((line, index, all) => index < all.length - 1 || line !== "");
}

/** Opens a pseudo-terminal of the wanted width, runs the command in it, types the answer, and tells what it was sent. */
const PROGRAM = `
import fcntl, json, os, pty, select, struct, subprocess, sys, termios

request = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    size = struct.pack("HHHH", 24, request["columns"], 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.chdir(request["cwd"])
    os.execve(request["command"][0], request["command"], request["env"])
sent, answered = b"", 0
while select.select([terminal], [], [], 20)[0]:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    sent += chunk
    if answered < len(request["type"]) and sent.count(request["after"].encode()) > answered:
        if request["meanwhile"]:
            subprocess.run(request["meanwhile"], cwd=request["cwd"], check=True, capture_output=True)
        os.write(terminal, request["type"][answered].encode())
        answered += 1
else:
    os.kill(child, 9)
exit_code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({"sent": sent.decode(), "exitCode": exit_code}))
`;
