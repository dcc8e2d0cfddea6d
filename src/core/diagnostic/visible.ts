/** Text as it can be shown anywhere: what a terminal would obey, or a reader cannot see, is replaced by a sign that stands for it. */

/** Control characters but the tab, marks of direction, ends of lines and paragraphs, and characters without width. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g;

/** A text of one line, whatever was in it. A tab stays. Names and paths may come from a database, or from files of somebody else. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => {
    const code = character.charCodeAt(0);
    // The signs that Unicode has for them are as wide as one letter, so that what stands below stays in its column.
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

/** A text of several lines. All but the first are set in, so that none of them can pass for a line of ours. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join("\n    ");
}
