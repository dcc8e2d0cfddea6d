/** The first minute of the README, as a newcomer types it, and the program at its top. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { readPage } from "./support/page.ts";
import { createStage } from "./support/stage.ts";

const { sections } = readPage("README.md");
const fences = sections.flatMap((section) => section.fences);

function bodyOf(language: string, position = 0): string {
  return fences.filter((fence) => fence.language === language)[position]?.body ?? assert.fail(`no ${language}`);
}

it("the README's first minute works in an empty folder, and so does its program", async () => {
  const folder = createStage({ packages: [] }).folder("newcomer");
  let created: string | undefined;
  for (const line of bodyOf("sh").split("\n")) {
    const command = line.replace(/ +#.*$/, "").replace(/^npx /, "");
    // Installed already, as far as a test without a network can.
    if (command.startsWith("npm install")) continue;
    const { output, exitCode } = await folder.run(command);
    assert.equal(exitCode, 0, `${command}\n${output}`);
    created ??= /^Wrote (\S+)/m.exec(output)?.[1];
    if (command.includes(" new ")) folder.write(created ?? assert.fail(output), bodyOf("sql"));
  }
  assert.ok(bodyOf("sh").includes(`writes ${created}\n`), "the README says which file is written");
  folder.write("data/.keep", "");
  folder.write("start.ts", bodyOf("ts"));
  const { output, exitCode } = await folder.run("node start.ts && lockstep status --exit-code -d data/app.db");
  assert.equal(exitCode, 0, output);
});
