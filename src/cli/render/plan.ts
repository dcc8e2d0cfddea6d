/** A plan, statement by statement. */
import { visible } from "../../core/diagnostic/visible.ts";
import { describeHarm, type Hazard, type PlanView, type StepView } from "../../index.ts";
import { renderRebuild } from "./rebuild.ts";
import { sqlLines } from "./sql.ts";
import type { Style } from "./style.ts";

export function renderPlan(
  { direction, fromVersion, toVersion, steps }: PlanView,
  { database, style }: { readonly database: string; readonly style: Style },
): string {
  if (steps.length === 0)
    return `Nothing to ${direction === "up" ? "do" : "undo"}: ${visible(database)} is at version ${fromVersion}.`;
  const verb = direction === "up" ? "would go" : "would go back";
  // One that came late leaves the version where it is.
  const move =
    fromVersion === toVersion
      ? `would stay at version ${toVersion}`
      : `${verb} from version ${fromVersion} to ${toVersion}`;
  const head = `${style("bold", visible(database))} ${move}. Nothing was run.`;
  return [head, ...steps.flatMap((step) => ["", ...renderStep(step, style)])].join("\n");
}

function renderStep(step: StepView, style: Style): readonly string[] {
  const { version, name, file, transaction, foreignKeys, origin, statements, kind } = step;
  const notes = [
    ...(transaction ? [] : ["without a transaction"]),
    ...(foreignKeys === "enforce" ? ["foreign keys on"] : []),
    ...(origin === "history" ? ["from the history: its file is gone"] : []),
  ];
  const place = [file, ...notes].filter((part) => part !== undefined).join(", ");
  const body =
    kind === "code"
      ? [style("dim", "      (code: what it does shows when it runs)")]
      : statements.flatMap(({ sql, rebuild, hazards }) => [
          ...sqlLines(sql),
          ...renderRebuild(rebuild, style),
          ...renderHazards(hazards, style),
        ]);
  return [
    `  ${style("bold", `${version}  ${visible(name)}`)}${place === "" ? "" : style("dim", `  ${visible(place)}`)}`,
    ...body,
  ];
}

function renderHazards(hazards: readonly Hazard[] = [], style: Style): readonly string[] {
  return hazards.map((hazard) =>
    style(
      hazard.level === "danger" ? "red" : "yellow",
      `      ! ${hazard.level}[${hazard.code}]: ${describeHarm(hazard)}`,
    ),
  );
}
