/** Findings of the linter, each like an error: what is wrong, where, and what to write in its place. */
import { codeFrame } from "../../core/diagnostic/code-frame.ts";
import { visible } from "../../core/diagnostic/visible.ts";
import { describeHarm, type LintFinding, type LintLevel, type LintReport } from "../../index.ts";
import type { Style } from "./style.ts";

const COLOURS: Readonly<Record<LintLevel, Parameters<Style>[0]>> = { danger: "red", warning: "yellow", advice: "cyan" };

/** All findings, and a line that counts them. */
export function renderLint({ findings, checked }: LintReport, style: Style): string {
  return [
    ...findings.flatMap((finding) => [...renderFinding(finding, style), ""]),
    countLine(findings, checked, style),
  ].join("\n");
}

function renderFinding(finding: LintFinding, style: Style): readonly string[] {
  const { code, level, fix, migration, line, column, length, lineText } = finding;
  const { version, name, file } = migration;
  const place = file === undefined ? `migration ${version} "${name}", line ${line}` : `${file}:${line}:${column}`;
  const frame = codeFrame({ lineText: visible(lineText), line, column, length });
  const [first = "", ...more] = (fix ?? "").split(/\r?\n/).map(visible);
  return [
    `${style(COLOURS[level], `${level}[${code}]:`)} ${style("bold", describeHarm(finding))}`,
    `  ${style("cyan", "-->")} ${visible(place)}`,
    frame[0] ?? "",
    (frame[1] ?? "").replace(/\^+$/, (carets) => style(COLOURS[level], carets)),
    ...(fix === undefined ? [] : [`  ${style("bold", "fix:")}  ${first}`, ...more.map((text) => `        ${text}`)]),
    `  ${style("bold", "docs:")} docs/lint/${code}.md`,
  ];
}

function countLine(findings: readonly LintFinding[], checked: number, style: Style): string {
  const where = `in ${checked} ${checked === 1 ? "migration" : "migrations"}`;
  if (findings.length === 0) return style("green", `Nothing found ${where}.`);
  const count = (level: LintLevel, one: string, many: string): readonly string[] => {
    const found = findings.filter((finding) => finding.level === level).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  const counts = [
    ...count("danger", "danger", "dangers"),
    ...count("warning", "warning", "warnings"),
    ...count("advice", "piece of advice", "pieces of advice"),
  ];
  return `${counts.join(", ")} ${where}.`;
}
