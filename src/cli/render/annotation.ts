/** A finding as GitHub Actions shows it beside the line that it is about. */
import { visible } from "../../core/diagnostic/visible.ts";
import type { Finding } from "../../index.ts";
import { fs, path } from "../../node.ts";

/** A line for the log of a job (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
export function renderAnnotation({ code, problem, fix, file, line, column, lint }: Finding): string {
  // The title is all that a list of annotations shows.
  const title = `lockstep: ${code}${lint === undefined ? "" : ` ${lint.code} (${lint.level})`}`;
  const shown = file === undefined ? undefined : inRepository(file);
  const properties = Object.entries({ file: shown, line, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::error ${properties.join(",")}::${escape(`${problem}\nfix: ${fix}`)}`;
}

/** From the root of the repository, which is not always where the command runs, and may be named through a link. */
function inRepository(file: string): string {
  const root = process.env["GITHUB_WORKSPACE"] ?? "";
  if (root === "") return file;
  const whole = path.resolve(file);
  const folder = path.relative(realPath(root), realPath(path.dirname(whole)));
  return path.join(folder, path.basename(whole)).replaceAll(path.sep, "/");
}

function realPath(named: string): string {
  try {
    return fs.realpathSync(named);
  } catch {
    // A file that is missed may have no folder either.
    return path.resolve(named);
  }
}

/** What ends a line has a code of its own. The rest of what a terminal would obey has none, and this may be printed to one. */
function escape(text: string): string {
  return visible(text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"));
}

function escapeProperty(text: string): string {
  return escape(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
