/** A finding as GitHub Actions shows it beside the line that it is about. */
import type { Finding } from "../../index.ts";
import { path } from "../../node.ts";

/** A line for the log of a job (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
export function renderAnnotation({ code, problem, fix, file, line, column, lint }: Finding): string {
  const root = process.env["GITHUB_WORKSPACE"] ?? "";
  // From the root of the repository, which is not always where the command runs.
  const shown = file === undefined || root === "" ? file : path.relative(root, path.resolve(file));
  // The title is all that a list of annotations shows.
  const title = `lockstep: ${code}${lint === undefined ? "" : ` ${lint.code} (${lint.level})`}`;
  const properties = Object.entries({ file: shown, line, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::error ${properties.join(",")}::${escape(`${problem}\nfix: ${fix}`)}`;
}

function escape(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escape(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
