/** Plays a section: writes its files, runs its commands and programs, and says what each of its fences should be. */
import assert from "node:assert/strict";
import { normalJson, normalText, showFolder } from "./normal.ts";
import type { Fence, Section } from "./page.ts";
import type { Ended, Folder } from "./stage.ts";

/** A fence and the body that it would have if it were written now. */
export interface Played {
  readonly fence: Fence;
  readonly body: string;
  /** Both without what changes from run to run. */
  readonly expected: string;
  readonly actual: string;
}

/** Whether anything in a section runs. */
export function isPlayable({ fences }: Section): boolean {
  return fences.some((fence) => isTranscript(fence) || fence.command !== undefined);
}

function isTranscript({ language, title }: Fence): boolean {
  return language === "console" && title === undefined;
}

/** Plays the fences in their order. Throws for a command that ends other than it looks. */
export async function play({ fences }: Section, folder: Folder): Promise<readonly Played[]> {
  const played: Played[] = [];
  for (const fence of fences) {
    const { title, command, body } = fence;
    if (title !== undefined) folder.write(title, `${body}\n`);
    else if (command !== undefined) played.push(await playCommand(fence, command, folder));
    else if (isTranscript(fence)) played.push(await playTranscript(fence, folder));
    else if (fence.flags.has("setup")) await succeed(body, folder);
  }
  return played;
}

async function succeed(command: string, folder: Folder): Promise<void> {
  const { exitCode, output } = await folder.run(command);
  assert.equal(exitCode, 0, `this fails: ${command}\n${output}`);
}

async function playCommand(fence: Fence, command: string, folder: Folder): Promise<Played> {
  const ended = await folder.run(command);
  const isJson = fence.language === "json";
  const normal = isJson ? normalJson : normalText;
  const shown = isJson ? JSON.stringify(JSON.parse(ended.output), null, 2) : ended.output;
  return {
    fence,
    body: showFolder(shown, folder.path).trimEnd(),
    expected: fence.body.trim() === "" ? "" : normal(fence.body, folder.path),
    actual: normal(ended.output, folder.path),
  };
}

async function playTranscript(fence: Fence, folder: Folder): Promise<Played> {
  const parts: string[] = [];
  for (const line of fence.body.split("\n").filter((text) => text.startsWith("$ "))) {
    const command = line.slice(2);
    const ended = await folder.run(command);
    checkEnd(command, ended);
    parts.push(`${line}\n${showFolder(ended.output, folder.path).trimEnd()}`.trimEnd());
  }
  const body = parts.join(parts.some((part) => part.includes("\n")) ? "\n\n" : "\n");
  const normal = (text: string): string => normalText(text.replaceAll(/\n+(?=\$ )/g, "\n"), folder.path);
  return { fence, body, expected: normal(fence.body), actual: normal(body) };
}

/** A command that shows an error, a danger or a finding fails, and any other succeeds. */
function checkEnd(command: string, { output, exitCode }: Ended): void {
  const failed = /^(?:error|danger|warning|found)\[/m.test(output);
  assert.equal(exitCode !== 0, failed, `"${command}" ended with ${exitCode}:\n${output}`);
}
