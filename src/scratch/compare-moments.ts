/** What the moments of a trial say of a way back: what is not as it was, and what is not the same the second time. */
import { compareRows } from "../core/check/compare-rows.ts";
import { compareSchemas, describeDifferences, summarizeDifferences } from "../core/check/compare-schemas.ts";
import { compareWayBack } from "../core/check/compare-way-back.ts";
import type { FoundInMigration } from "../core/check/verdict.ts";
import type { Renames } from "../core/sql/renames.ts";
import { headerNumbers } from "../inspect/header.ts";
import type { Capture } from "./capture.ts";
import type { Proof } from "./proof.ts";

/** A database on its way up and back. */
export interface Moments {
  readonly before: Capture;
  /** Between the way up and the way back. */
  readonly between: Capture;
  readonly after: Capture;
  readonly renames: Renames;
}

/** Whether the way back has led to what was there before. Nothing is proven by it alone. */
export function compareMoments({ before, between, after, renames }: Moments): Proof {
  const findings: FoundInMigration[] = [];
  const differences = compareSchemas(before.objects, after.objects);
  const number = headerNumbers.find((name) => before.header[name] !== after.header[name]);
  if (differences.length > 0 || number !== undefined) {
    const what =
      number === undefined || differences.length > 0
        ? summarizeDifferences(differences, "is still there")
        : `${number} is ${after.header[number]} and not ${before.header[number]}`;
    findings.push({
      code: "down_differs",
      part: "down",
      problem: `the way back does not lead to the schema before it: ${what}`,
      fix: "let the way back undo all that the way up does",
      ...(differences.length > 0 ? { details: describeDifferences(differences) } : {}),
    });
  }
  const rows = { before: before.rows, between: between.rows, after: after.rows, renames };
  const { lost, left, dropped } = compareWayBack(rows);
  if (lost.length > 0) {
    findings.push({
      code: "down_loses_rows",
      part: "down",
      problem: `the way back loses what the way up had kept: ${lost[0]}${more(lost)}`,
      fix: "carry the rows and values back, as the way up carried them on",
      details: lost,
    });
  }
  if (left.length > 0) {
    findings.push({
      code: "down_leaves_rows",
      part: "down",
      problem: `the way back leaves rows that were not there before: ${left[0]}${more(left)}`,
      fix: "delete in the way back what the way up inserts",
      details: left,
    });
  }
  const notes = dropped.map((what) => ({
    kind: "drops_values" as const,
    text: `the way up removes or changes ${what}, and no way back can know them`,
  }));
  return { findings, notes, proof: "not_proven" };
}

/** Whether a way up has given the same twice. `ignored`: only the schema counts. */
export function compareAgain(
  first: Capture,
  second: Capture,
  rows: "compared" | "ignored",
): readonly FoundInMigration[] {
  const differences = compareSchemas(first.objects, second.objects);
  const changed = rows === "ignored" ? undefined : differentTable(first, second);
  if (differences.length === 0 && changed === undefined) return [];
  const what =
    differences.length > 0
      ? summarizeDifferences(differences, "is there the second time only")
      : `the rows of ${changed}`;
  return [
    {
      code: "not_repeatable",
      part: "up",
      problem: `applied twice, it gives two different databases: ${what}`,
      fix: "write values that do not depend on the clock or on chance, or fill them in when the application runs",
      ...(differences.length > 0 ? { details: describeDifferences(differences) } : {}),
    },
  ];
}

/** The first table whose rows differ. Numbers that a table with AUTOINCREMENT gives are never the same twice. */
function differentTable(first: Capture, second: Capture): string | undefined {
  for (const [name, rows] of first.rows) {
    const other = second.rows.get(name);
    const isNumbered = [...first.sequences.keys()].some((table) => table.toLowerCase() === name);
    if (other === undefined || isNumbered) continue;
    if (compareRows(rows, other).some(({ kind }) => kind !== "renumbered")) return name;
  }
  return undefined;
}

function more(all: readonly string[]): string {
  return all.length === 1 ? "" : `, and ${all.length - 1} more`;
}
