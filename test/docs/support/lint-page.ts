/** The pages of docs/lint as test cases: what is there before, the unsafe example, and its safe twin. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readPage, root, type Fence } from "./page.ts";

/**
 * What stands behind `sql`: `before` is what the database has, `unsafe` what the rule finds, `safe` its twin. Of an unsafe example,
 * `fails` says that SQLite refuses it, `rows` that it does so only where there are rows, and `loses` that values are gone after it.
 */
export interface LintPage {
  readonly code: string;
  readonly before: string;
  readonly unsafe: Fence;
  readonly safe: Fence;
  readonly text: string;
}

/** The page of each rule. */
export function readLintPages(): readonly LintPage[] {
  return readdirSync(join(root, "docs/lint"))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .toSorted()
    .map((name) => {
      const page = readPage(`docs/lint/${name}`);
      const fences = page.sections.flatMap((section) => section.fences).filter(({ language }) => language === "sql");
      const one = (flag: string): Fence => {
        const [found, second] = fences.filter(({ flags }) => flags.has(flag));
        if (found === undefined || second !== undefined)
          throw new Error(`docs/lint/${name} needs one fence "sql ${flag}"`);
        return found;
      };
      const before = fences.find(({ flags }) => flags.has("before"))?.body ?? "";
      return { code: name.slice(0, -3), before, unsafe: one("unsafe"), safe: one("safe"), text: page.text };
    });
}

/** The target that an example is for, where it says so in its flags. */
export function targetOf({ flags }: Fence): "node-22" | "d1" | "durable-objects" | "libsql" | undefined {
  if (flags.has("cloudflare")) return "d1";
  return flags.has("libsql") ? "libsql" : undefined;
}
