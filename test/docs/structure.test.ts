/** The pages as such: links that lead somewhere, headings that can be told apart, and a way to each page. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { readPage, readPages, root, type Page } from "./support/page.ts";

const pages = readPages();

describe("every page", () => {
  for (const page of pages) {
    it(`${page.file} has links that lead somewhere`, () => {
      assert.deepEqual(
        page.links.filter((link) => !leadsSomewhere(page, link)),
        [],
      );
    });
    it(`${page.file} has headings that can be told apart`, () => {
      const anchors = page.headings.map(({ anchor }) => anchor);
      assert.equal(new Set(anchors).size, anchors.length);
    });
  }
});

it("every page of docs/ can be reached from the README", () => {
  const reached = new Set<string>();
  const queue = ["README.md"];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const page = pages.find((candidate) => candidate.file === file);
    for (const link of page?.links ?? []) if (!isExternal(link)) queue.push(targetOf(file, link));
  }
  assert.deepEqual(
    pages.map(({ file }) => file).filter((file) => !reached.has(file)),
    [],
  );
});

/** Outside links are not followed, since tests need no network; they must be safe, and SQLite's must be of its own site. */
function leadsSomewhere(page: Page, link: string): boolean {
  if (isExternal(link)) return link.startsWith("https://");
  const target = targetOf(page.file, link);
  if (!existsSync(join(root, target))) return false;
  const [, anchor] = link.split("#");
  return anchor === undefined || readPage(target).headings.some((heading) => heading.anchor === anchor);
}

function isExternal(link: string): boolean {
  return /^[a-z]+:/.test(link);
}

/** The file that a link of a page names, relative to the root. */
function targetOf(file: string, link: string): string {
  const [path = ""] = link.split("#");
  return path === "" ? file : join(dirname(file), path).replaceAll("\\", "/");
}
