/** The SQL that only the history has, as it is shown before it is run. */
import { visible } from "../../core/diagnostic/visible.ts";
import type { StepView } from "../../index.ts";
import { sqlLines } from "./sql.ts";
import type { Style } from "./style.ts";
import { plural } from "./plural.ts";

/** What is shown at most, unless all is asked for: migrations, lines of each, characters of a line. */
const STEPS = 10;
const LINES = 20;
const CHARACTERS = 160;

/** Says where the SQL comes from, and shows it by version and statement. Of what is cut, it tells how much that is. */
export function renderStored(
  steps: readonly StepView[],
  { style, verbose }: { readonly style: Style; readonly verbose: boolean },
): string {
  const which = steps.length === 1 ? "the" : "each";
  const shown = verbose ? steps : steps.slice(0, STEPS);
  const blocks = shown.map((step) => renderStep(step, verbose));
  const left = steps.slice(shown.length);
  const isCut = left.length > 0 || blocks.some((block) => block.isCut);
  const rest = `  … ${plural(left.length, "more migration")} with ${plural(countStatements(left), "statement")}`;
  return [
    style("yellow", `No file here has this SQL. The history kept it when ${which} migration was applied:`),
    "",
    ...blocks.flatMap(({ title, lines }) => [`  ${style("bold", title)}`, ...lines, ""]),
    ...(left.length > 0 ? [rest, ""] : []),
    ...(isCut ? [style("dim", "It is cut where it is long; --verbose shows all of it."), ""] : []),
  ].join("\n");
}

interface Block {
  readonly title: string;
  readonly lines: readonly string[];
  readonly isCut: boolean;
}

function renderStep({ version, name, statements }: StepView, verbose: boolean): Block {
  const title = `${version}  ${visible(name)}`;
  const all = statements.flatMap(({ sql }, index) => sqlLines(sql).map((line) => ({ line, index })));
  if (verbose) return { title, lines: all.map(({ line }) => line), isCut: false };
  const shown = all.slice(0, LINES);
  const lines = shown.map(({ line }) => cut(line));
  const left = all.length - shown.length;
  // One that is shown in part is not counted once more.
  const more = statements.length - 1 - (shown.at(-1)?.index ?? 0);
  const rest = `      … ${plural(left, "more line")}${more > 0 ? ` with ${plural(more, "statement")}` : ""}`;
  const isCut = left > 0 || shown.some(({ line }) => line.length > CHARACTERS);
  return { title, lines: left > 0 ? [...lines, rest] : lines, isCut };
}

/** A long line without its end; a letter that takes two code units is not cut in two. */
function cut(line: string): string {
  if (line.length <= CHARACTERS) return line;
  const beginning = line.slice(0, CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
  return `${beginning}… ${plural(line.length - beginning.length, "more character")}`;
}

function countStatements(steps: readonly StepView[]): number {
  return steps.reduce((sum, { statements }) => sum + statements.length, 0);
}
