/** A page of the documentation as data: its titles, links and fences, in the order in which they stand. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The root of the repository. */
export const root: string = join(import.meta.dirname, "../../..");

/** A heading, with the anchor that a link can name. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly anchor: string;
  readonly line: number;
}

/**
 * A fenced block. What stands behind its language, which no reader sees, says what the tests do with it:
 * `title=PATH` writes it as a file, `command="…"` runs that and compares, `setup` runs it, `fragment` only parses it, `broken`
 * does not check its types.
 */
export interface Fence {
  readonly language: string;
  readonly title?: string;
  readonly command?: string;
  readonly flags: ReadonlySet<string>;
  readonly body: string;
  /** Of the opening line, from 1. */
  readonly line: number;
}

/** What stands below a heading of depth 2, or above the first one: one story, told in one folder. */
export interface Section {
  readonly name: string;
  readonly fences: readonly Fence[];
}

export interface Page {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly headings: readonly Heading[];
  /** The targets of the links, as written. */
  readonly links: readonly string[];
  readonly sections: readonly Section[];
}

/** Every page: those of docs/, and the ones beside it in the root. */
export function readPages(): readonly Page[] {
  const names = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...markdownIn("docs"),
    ...markdownIn("docs/decisions"),
    ...markdownIn("docs/lint"),
  ];
  return names.filter((name) => existsSync(join(root, name))).map(readPage);
}

/** Reads one page; `file` is relative to the root. */
export function readPage(file: string): Page {
  return parsePage(file, readFileSync(join(root, file), "utf8"));
}

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

export function parsePage(file: string, text: string): Page {
  const headings: Heading[] = [];
  const prose: string[] = [];
  const sections: { readonly name: string; readonly fences: Fence[] }[] = [{ name: "", fences: [] }];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const opening = /^(`{3,})(\S*)(.*)$/.exec(line);
    if (opening !== null) {
      const end = lines.indexOf(opening[1] ?? "", index + 1);
      if (end < 0) throw new Error(`${file}:${index + 1}: this fence is never closed`);
      const body = lines.slice(index + 1, end).join("\n");
      sections.at(-1)?.fences.push(toFence(opening[2] ?? "", opening[3] ?? "", body, index + 1));
      index = end;
      continue;
    }
    const heading = /^(#{1,6}) +(.*?) *$/.exec(line);
    if (heading !== null) {
      const [, marks = "", words = ""] = heading;
      headings.push({ depth: marks.length, text: words, anchor: anchorOf(words, headings), line: index + 1 });
      if (marks.length === 2) sections.push({ name: words, fences: [] });
    }
    prose.push(line);
  }
  return { file, text, headings, links: linksIn(prose.join("\n")), sections };
}

function linksIn(prose: string): readonly string[] {
  return [...prose.replaceAll(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

function toFence(language: string, information: string, body: string, line: number): Fence {
  const flags = new Set<string>();
  const values: { title?: string; command?: string } = {};
  for (const [, name = "", quoted, bare] of information.matchAll(/([a-z]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    const value = quoted ?? bare;
    if (value === undefined) flags.add(name);
    else if (name === "title" || name === "command") values[name] = value;
    else throw new Error(`line ${line}: a fence has no attribute ${name}`);
  }
  return { language, flags, body, line, ...values };
}

/** The anchor as GitHub makes it: lower case, only letters, digits, `_` and `-`, a number for the second of its kind. */
function anchorOf(words: string, before: readonly Heading[]): string {
  const anchor = words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
  const same = before.filter((heading) => heading.anchor.replace(/-\d+$/, "") === anchor).length;
  return same === 0 ? anchor : `${anchor}-${same}`;
}
