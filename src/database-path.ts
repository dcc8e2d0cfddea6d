/** The path of a database, from the ways in which people write one. */
import { fs, url } from "./node.ts";

/**
 * Takes a path as it is, and the path out of a `file:` URL. `file:data/app.db`, as other tools write it, is relative; what
 * stands behind `?` is for those tools and is dropped.
 */
export function databasePath(database: string | URL): string {
  const text = String(database);
  if (!text.startsWith("file:")) return text;
  const [address = ""] = text.split("?", 1);
  return address.startsWith("file:/") ? url.fileURLToPath(address) : address.slice("file:".length);
}

/** What is at a path. `unknown` where the file system does not tell, for want of a permission or for a name that is too long. */
export function whatIsAt(file: string): "nothing" | "folder" | "file" | "unknown" {
  try {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return "nothing";
    return found.isDirectory() ? "folder" : "file";
  } catch {
    return "unknown";
  }
}
