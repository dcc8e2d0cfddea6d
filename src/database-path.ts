/** Paths: that of a database, from the ways in which people write one; what is at a path, and where links lead. */
import { fs, path, url } from "./node.ts";

/**
 * Takes a path as it is, and the path out of a `file:` URL. `file:data/app.db`, as other tools write it, is relative; what
 * stands behind `?` is for those tools and is dropped.
 */
export function databasePath(database: string | URL): string {
  const text = String(database);
  if (!text.startsWith("file:")) return text;
  const [address = ""] = text.split("?", 1);
  if (address.startsWith("file:/")) return url.fileURLToPath(address);
  const relative = address.slice("file:".length);
  // SQLite would take it for a URL once more, and for another file.
  return relative.startsWith("file:") ? `./${relative}` : relative;
}

/**
 * What is at a path; links are followed. `special`: a pipe, a socket or a device. `unknown` where the file system does not tell, for
 * want of a permission, for a name that is too long, or for a link that leads back to itself.
 */
export function whatIsAt(file: string): "nothing" | "folder" | "file" | "special" | "unknown" {
  try {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return "nothing";
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "special";
  } catch {
    return "unknown";
  }
}

/** Whether a name is that of a link, wherever it leads. */
export function isLink(file: string): boolean {
  return readLink(file) !== undefined;
}

/** How many links in a row a system follows; Linux allows the most. */
const LINKS = 40;

/**
 * Where a path leads, through all links, whether anything is there or not; undefined for links that lead back to themselves. SQLite
 * does the same (https://sqlite.org/c3ref/open.html): its journal stands beside the file itself, not beside the link.
 */
export function followLinks(file: string): string | undefined {
  // Put together by hand: `resolve` would take "link/.." for nothing, where the system goes up from where the link leads.
  let followed = path.isAbsolute(file) ? file : process.cwd() + path.sep + file;
  for (let count = 0; count <= LINKS; count += 1) {
    followed = path.join(realFolder(path.dirname(followed)), path.basename(followed));
    const target = readLink(followed);
    if (target === undefined) return followed;
    followed = path.isAbsolute(target) ? target : path.dirname(followed) + path.sep + target;
  }
  return undefined;
}

/** The folder itself; as it is where it cannot be found, or has the name of nothing. */
function realFolder(folder: string): string {
  try {
    return fs.realpathSync.native(folder);
  } catch {
    return path.resolve(folder);
  }
}

function readLink(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}
