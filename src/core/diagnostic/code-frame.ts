/** The code frame: a line of source with a caret under the part that is wrong. */

/** A line of a file and the part of it to point at. Line and column count from 1; length in characters. */
export interface FrameInput {
  readonly lineText: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** What fits a terminal of 80 columns beside the line number. */
const WIDTH = 72;

/** Two lines of text: the source line with its number, and the carets. Long lines are cut around the caret. */
export function codeFrame({ lineText, line, column, length }: FrameInput): readonly string[] {
  const at = Math.min(column - 1, lineText.length);
  const from = lineText.length <= WIDTH ? 0 : Math.max(0, Math.min(at - WIDTH / 2, lineText.length - WIDTH));
  const shown = lineText.slice(from, from + WIDTH);
  const number = String(line).padStart(2);
  // Tabs stay tabs, so that the caret stands under its character at any tab width.
  const indent = shown.slice(0, at - from).replaceAll(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - (at - from))));
  return [`${number} | ${shown}`, `${" ".repeat(number.length)} | ${indent}${carets}`];
}
