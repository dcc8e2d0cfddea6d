/** Colour, on a terminal only. https://no-color.org and FORCE_COLOR are honoured. */
import { util } from "../../node.ts";

export type Style = (format: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;

export function createStyle(stream: { readonly isTerminal: boolean }): Style {
  const { NO_COLOR = "", FORCE_COLOR = "", TERM } = process.env;
  const isForced = FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const isColoured = NO_COLOR === "" && (isForced || (stream.isTerminal && TERM !== "dumb" && FORCE_COLOR !== "0"));
  if (!isColoured) return (_format, text) => text;
  return (format, text) => util.styleText(format, text, { validateStream: false });
}
