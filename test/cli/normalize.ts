/** Takes out of an output what differs from run to run: times, the temporary folder, the version, and escape characters. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run-lockstep.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Gives the text with a word in each such place. `folder` is the real path of the temporary folder. */
export function normalize(text: string, folder: string): string {
  return text
    .replaceAll(folder, "/workspace")
    .replaceAll("\u001B", "␛")
    .replaceAll(` on ${process.platform}`, " on PLATFORM")
    .replaceAll(/\b\d+(?:\.\d+)? ms\b/g, "N ms")
    .replaceAll(/("durationMs":)\d+(?:\.\d+)?/g, "$1N")
    .replaceAll(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "DATE")
    .replaceAll(/\b20\d\d-\d\d-\d\d \d\d:\d\d\b/g, "YYYY-MM-DD HH:MM")
    .replaceAll(/(?<![\d.])2[01]\d{12}(?!\d)/g, "YYYYMMDDHHMMSS")
    .replaceAll(version, "VERSION");
}
