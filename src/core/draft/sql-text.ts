/** SQL as it stands in a migration that a person reads. */
import { tokenize } from "../sql/tokenizer.ts";

/** A piece of SQL on one line, without its comments. */
export function onOneLine(sql: string): string {
  let line = "";
  let end: number | undefined;
  for (const { text, offset } of tokenize(sql).tokens) {
    if (end !== undefined && offset > end) line += " ";
    line += text;
    end = offset + text.length;
  }
  return line;
}

/** A line comment: a name in it may hold a line end, and what followed it would be SQL. */
export function lineComment(text: string): string {
  return `-- ${text.replaceAll(/\s*[\r\n]+\s*/g, " ")}\n`;
}

/** A statement, with what stands in front of it and behind it. */
export interface Block {
  readonly text: string;
  /** Short statements of one group stand together, without an empty line between them. */
  readonly group: string;
}

/** The text of a section. */
export function joinBlocks(blocks: readonly Block[]): string {
  let text = "";
  let before: Block | undefined;
  for (const block of blocks) {
    if (before !== undefined) {
      const isTogether = before.group === block.group && !before.text.includes("\n") && !block.text.includes("\n");
      text += isTogether ? "\n" : "\n\n";
    }
    text += block.text;
    before = block;
  }
  return text === "" ? "" : `${text}\n`;
}
