/** The files of the repository as text, and small readers of them, for the rules in test/tidy. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { posix } from "node:path";

/** A text file, by its path from the root of the repository, with "/" between its parts. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** The root of the repository. */
export const root: URL = new URL("../../", import.meta.url);

const TEXTS: ReadonlySet<string> = new Set([
  ".ts",
  ".mts",
  ".cts",
  ".js",
  ".mjs",
  ".cjs",
  ".json",
  ".md",
  ".sql",
  ".yml",
  ".yaml",
  ".sh",
  ".txt",
  ".html",
  ".css",
  "",
]);

/** What no version control keeps here: see .gitignore. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", "dist", "build", ".git"]);

/** Every text file below a folder of the repository; all of them for "". */
export function readTree(folder = ""): readonly TextFile[] {
  const files: TextFile[] = [];
  for (const entry of readdirSync(new URL(folder === "" ? "./" : `${folder}/`, root), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (LEFT_OUT.has(entry.name)) continue;
    if (entry.isDirectory()) files.push(...readTree(path));
    else if (entry.isFile() && TEXTS.has(extname(entry.name)))
      files.push({ path, text: readFileSync(new URL(path, root), "utf8") });
  }
  return files;
}

/** The text of one file; undefined where it is not there. */
export function readText(path: string): string | undefined {
  const url = new URL(path, root);
  return existsSync(url) ? readFileSync(url, "utf8") : undefined;
}

/** An import, or a re-export. */
export interface ImportOf {
  /** The path of a file of the repository, or the name of a package. */
  readonly target: string;
  /** `type`: nothing of it is left when the program runs. `lazy`: an `import()`, which runs when it is reached. */
  readonly kind: "value" | "type" | "lazy";
}

const STATEMENT =
  /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:,\s*\{[^}]*\})?)\s+from\s+"([^"]+)"/gm;
const BARE = /^import\s+"([^"]+)"/gm;
const CALL = /(typeof\s+)?\bimport\("([^"]+)"\)/g;

/** What a file imports. Written for code as oxfmt leaves it: statements begin a line, and names stand in double quotes. */
export function importsOf({ path, text }: TextFile): readonly ImportOf[] {
  const code = withoutComments(text);
  const resolve = (name: string): string => (name.startsWith(".") ? posix.join(posix.dirname(path), name) : name);
  const statements = [...code.matchAll(STATEMENT)].map(([, type, names = "", name = ""]): ImportOf => {
    const isType = type !== undefined || /^\{(?:\s*type\s[^,}]+,?)+\s*\}\s*$/.test(names);
    return { target: resolve(name), kind: isType ? "type" : "value" };
  });
  const calls = [...code.matchAll(CALL)].map(([, type, name = ""]): ImportOf => {
    return { target: resolve(name), kind: type === undefined ? "lazy" : "type" };
  });
  const bare = [...code.matchAll(BARE)].map(([, name = ""]): ImportOf => ({ target: resolve(name), kind: "value" }));
  return [...statements, ...bare, ...calls];
}

const COMMENT_OR_STRING = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/** Code without its comments. Line ends stay. */
export function withoutComments(code: string): string {
  return code.replaceAll(COMMENT_OR_STRING, (found) =>
    found.startsWith("/") ? found.replaceAll(/[^\n]/g, "") : found,
  );
}

/** Code without its comments and without what stands in quotes. */
export function withoutStrings(code: string): string {
  return code.replaceAll(COMMENT_OR_STRING, (found) => (found.startsWith("/") ? found.replaceAll(/[^\n]/g, "") : '""'));
}
