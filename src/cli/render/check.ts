/** What a check found: a block for each finding, what was not checked, and one line that says it all. */
import { visible } from "../../core/diagnostic/visible.ts";
import type { CheckNote, CheckReport, Finding } from "../../index.ts";
import type { Output } from "../output.ts";
import { plural } from "./plural.ts";
import type { Style } from "./style.ts";

/** How many lines of a difference are shown. */
const MOST_LINES = 40;

/** What is noted of single migrations; counted, and told with --verbose. */
const QUIET: ReadonlySet<CheckNote["kind"]> = new Set(["no_way_down", "drops_values", "not_sampled"]);

/** The report as text. */
export function renderCheck(
  report: CheckReport,
  { style, verbose }: Pick<Output, "style"> & { readonly verbose: boolean },
): string {
  const { findings, notes } = report;
  const shown = notes.filter(({ kind }) => verbose || !QUIET.has(kind));
  return [
    ...findings.flatMap((finding) => [...renderFinding(finding, { style, verbose }), ""]),
    ...shown.map((note) => style("dim", `note: ${renderNote(note)}`)),
    summarize(report, style),
  ].join("\n");
}

function renderFinding(
  { code, problem, fix, file, line, column, details = [], sql, notDrafted }: Finding,
  { style, verbose }: { readonly style: Style; readonly verbose: boolean },
): readonly string[] {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const most = verbose ? details.length : MOST_LINES;
  const hidden = details.length - most;
  return [
    `${style("yellow", `found[${code}]:`)} ${style("bold", visible(problem))}`,
    ...(place === "" ? [] : [`  ${style("cyan", "-->")} ${visible(place)}`]),
    ...details.slice(0, most).flatMap((text) => text.split("\n").map((one) => renderDetail(one, style))),
    ...(hidden > 0 ? [`    ${hidden} more lines; --verbose shows them`] : []),
    `   ${style("bold", "fix:")} ${visible(fix)}`,
    ...(sql === undefined || sql === ""
      ? []
      : [`   ${style("bold", "sql:")}`, ...sql.split(/\r?\n/).map((one) => `    ${visible(one)}`.trimEnd())]),
    ...(notDrafted === undefined ? [] : [`   ${style("bold", "sql:")} none could be drafted: ${visible(notDrafted)}`]),
  ];
}

function renderDetail(line: string, style: Style): string {
  const shown = `    ${visible(line)}`.trimEnd();
  if (line.startsWith("-")) return style("red", shown);
  if (line.startsWith("+")) return style("green", shown);
  return line.startsWith("@@") ? style("cyan", shown) : shown;
}

function renderNote({ text, migration }: CheckNote): string {
  return visible(migration === undefined ? text : `${migration.version} "${migration.name}": ${text}`);
}

function summarize(report: CheckReport, style: Style): string {
  const { findings, notes, replayed, durationMs, database, proven } = report;
  const time = durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
  const what = `${plural(replayed, "migration")} replayed in ${time}`;
  if (findings.length > 0) return `${style("red", plural(findings.length, "finding"))}; ${what}.`;
  const without = notes.filter(({ kind }) => kind === "no_way_down").length;
  const ways =
    proven === replayed
      ? "each way back undoes its way up"
      : `${plural(proven, "way")} back undo${proven === 1 ? "es its way" : " their ways"} up${without === 0 ? "" : `, ${without} ${without === 1 ? "has" : "have"} none`}`;
  const isCompared =
    database !== null && !notes.some(({ kind, migration }) => kind === "not_checked" && migration === undefined);
  return `${style("green", what)}, ${ways}${isCompared ? ", no drift" : ""}.`;
}
