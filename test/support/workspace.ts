/** A temporary directory with the files of one test. It is removed when the test process ends, or earlier by hand. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The content of a file, as text or as bytes. */
export type FileContent = string | Uint8Array;

/** Files by their path below the workspace; a name that ends in "/" is an empty folder. */
export type Files = Readonly<Record<string, FileContent>>;

/** A temporary directory. */
export interface Workspace {
  /** The absolute path of the directory itself. */
  readonly root: string;
  /** The absolute path of something in it, whether it exists or not. */
  path(...names: readonly string[]): string;
  /** Writes more files, over those that are there. */
  write(files: Files): void;
  /** Deletes the directory now. Not needed: all that is left goes when the process ends. */
  remove(): void;
  [Symbol.dispose](): void;
}

const left = new Set<string>();

// One listener for all, and no hook of the test runner: a workspace can then be made at any place, also in a property's body.
process.once("exit", () => {
  for (const root of left) rmSync(root, { recursive: true, force: true });
});

/** Makes a temporary directory that holds `files`; folders on the way are made as well. */
export function workspace(files: Files = {}): Workspace {
  const root = mkdtempSync(join(tmpdir(), "lockstep-test-"));
  left.add(root);
  const path = (...names: readonly string[]): string => join(root, ...names);
  const write = (more: Files): void => {
    for (const [name, content] of Object.entries(more)) {
      if (name.endsWith("/")) {
        mkdirSync(path(name), { recursive: true });
        continue;
      }
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    }
  };
  const remove = (): void => {
    rmSync(root, { recursive: true, force: true });
    left.delete(root);
  };
  write(files);
  return { root, path, write, remove, [Symbol.dispose]: remove };
}
