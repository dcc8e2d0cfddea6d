/** The files that a migration in code is made of, as far as its text tells: itself, what it imports by path, the versions of packages. */
import { fs, path } from "../node.ts";

/** What stands for a file: its name and its text. */
export interface CodeFile {
  readonly name: string;
  readonly text: string;
}

/** Modules of Node that give the same for the same arguments. */
const PURE: ReadonlySet<string> = new Set(["assert", "buffer", "path", "querystring", "string_decoder", "url", "util"]);

/** Words by which code reaches what is in no file that it imports. */
const REACHES_OUT = /\bimport\.meta\b|\bprocess\b|\b__dirname\b|\b__filename\b|\bglobalThis\b|\bfetch\s*\(|\beval\s*\(/;

const FROM = /\b(?:import|export)\s+(?!type\s)[^'"`;()]*?\bfrom\s*(['"])([^'"]+)\1/g;
const ALONE = /\bimport\s*(['"])([^'"]+)\1/g;
const CALLED = /\b(?:import|require)\s*\(\s*(['"])([^'"]+)\1/g;
const COMPUTED = /\b(?:import|require)\s*\(\s*(?!['"])/;

/**
 * The file and all that it needs, in a fixed order. Undefined where that cannot be known: code that reads files, the environment or the
 * network, or imports what is computed, may do something else although no text has changed.
 */
export function codeFiles(file: string): readonly CodeFile[] | undefined {
  const found = new Map<string, CodeFile>();
  return collect(path.resolve(file), path.basename(file), found) ? [...found.values()] : undefined;
}

function collect(file: string, name: string, found: Map<string, CodeFile>): boolean {
  if (found.has(file)) return true;
  const text = read(file);
  if (text === undefined || REACHES_OUT.test(text) || COMPUTED.test(text)) return false;
  found.set(file, { name, text });
  const imports = [FROM, ALONE, CALLED].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, , target = ""]) => target),
  );
  return [...new Set(imports)].every((target) => {
    if (target === "lockstep") return true;
    if (/^\.\.?\//.test(target)) return collect(path.resolve(path.dirname(file), target), target, found);
    if (PURE.has(target.replace(/^node:/, ""))) return true;
    return collectPackage(file, target, found);
  });
}

/** A package counts by its package.json, which has its version. One that is linked to a folder of its own may change without it. */
function collectPackage(file: string, target: string, found: Map<string, CodeFile>): boolean {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? "";
  if (target.startsWith("node:") || target.startsWith("#") || process.getBuiltinModule(target) !== undefined)
    return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "node_modules", name, "package.json");
    const text = read(manifest);
    if (text !== undefined) {
      if (!fs.realpathSync(manifest).includes(`${path.sep}node_modules${path.sep}`)) return false;
      found.set(manifest, { name: target, text });
      return true;
    }
    if (folder === path.dirname(folder)) return false;
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
