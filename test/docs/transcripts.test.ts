/**
 * Every command, program and output that the documentation shows is real: each section is played in a folder of its own.
 * With UPDATE=1 the outputs are written into the pages instead of compared.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readPages, root, type Page } from "./support/page.ts";
import { isPlayable, play, type Played } from "./support/play.ts";
import { createStage } from "./support/stage.ts";

const isUpdate = process.env["UPDATE"] === "1";

for (const page of readPages().filter(({ sections }) => sections.some(isPlayable))) {
  // A page that imports it has it installed; on the others an application uses node:sqlite alone.
  const packages = page.text.includes('from "better-sqlite3"') ? ["better-sqlite3"] : [];
  const stage = createStage({ packages });
  const all: Played[] = [];
  describe(`${page.file} shows what happens`, { concurrency: 3, timeout: 60_000 }, () => {
    page.sections.forEach((section, index) => {
      if (!isPlayable(section)) return;
      it(`in "${section.name}"`, async () => {
        const played = await play(section, stage.folder(`section-${index}`));
        all.push(...played);
        if (isUpdate) return;
        for (const { fence, expected, actual } of played) {
          assert.equal(actual, expected, `${page.file}:${fence.line} shows something else`);
        }
      });
    });
    after(() => {
      if (isUpdate) writeBack(page, all);
    });
  });
}

/** Writes what has changed into the page, from its end so that the lines before keep their numbers. */
function writeBack(page: Page, played: readonly Played[]): void {
  const lines = page.text.split("\n");
  for (const { fence, body, expected, actual } of played.toSorted(
    (left, right) => right.fence.line - left.fence.line,
  )) {
    const length = fence.body === "" ? lines.indexOf("```", fence.line) - fence.line : fence.body.split("\n").length;
    if (actual !== expected) lines.splice(fence.line, length, ...body.split("\n"));
  }
  writeFileSync(join(root, page.file), lines.join("\n"));
}
