/** Output without what is different at every run: times, durations, and the folder that it ran in. */

/** The folder of the reader, in place of the one of the test. */
const FOLDER = "/srv/app";

/** A text that two runs have in common. */
export function normalText(text: string, folder: string): string {
  return showFolder(text, folder)
    .replaceAll(/\b\d+(?:\.\d+)? ms\b/g, "0 ms")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "2026-01-31T12:00:00.000Z")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "2026-01-31 12:00")
    .replaceAll(/("(?:durationMs|elapsedMs|duration_ms)": ?)[\d.]+/g, "$10")
    .replaceAll(/[ \t]+$/gm, "")
    .trimEnd();
}

/** The text with the reader's folder in it. */
export function showFolder(text: string, folder: string): string {
  return text.replaceAll(folder, FOLDER);
}

/** The same for JSON, read and written again so that white space does not count. */
export function normalJson(text: string, folder: string): string {
  return normalText(JSON.stringify(JSON.parse(text), null, 2), folder);
}
