/** A status as a table that fits the terminal: long runs of the same state are folded, and what is to be done stands below. */
import { visible } from "../../core/diagnostic/visible.ts";
import type { MigrationState, MigrationStatus, StatusReport } from "../../index.ts";
import { adviseOn, type Blocking } from "./advice.ts";
import type { Style } from "./style.ts";

const MARKS: Readonly<Record<MigrationState, readonly [mark: string, colour: Parameters<Style>[0]]>> = {
  applied: ["✓", "green"],
  pending: ["·", "cyan"],
  changed: ["!", "yellow"],
  missing: ["?", "yellow"],
  out_of_order: ["!", "yellow"],
  partial: ["!", "red"],
};

/** What the table depends on beside the status itself. */
export interface StatusView {
  readonly style: Style;
  /** How many characters a line has room for. */
  readonly columns: number;
  /** Whether every migration gets its line. */
  readonly verbose: boolean;
  /** Whether the database is there; one that is not is at version 0 like an empty one. */
  readonly isThere: boolean;
  /** What `up` is allowed to do. */
  readonly blocking: Blocking;
}

/** The database and its version, a line for each migration, and what is to be done. */
export function renderStatus(status: StatusReport, view: StatusView): string {
  const { currentVersion, migrations } = status;
  const database = visible(status.database);
  const { style, isThere } = view;
  const widths = measure(migrations);
  const lines = fold(migrations, view.verbose).map((row) =>
    row.kind === "folded" ? renderFolded(row.run, widths, view) : renderLine(row.migration, widths, view),
  );
  const head = isThere
    ? `${style("bold", database)} is at version ${style("bold", String(currentVersion))}`
    : `${style("bold", database)} is not there yet: version ${style("bold", "0")}`;
  return [head, ...(lines.length > 0 ? ["", ...lines, ""] : []), ...summarize(status, view)].join("\n");
}

/** A run of one state that is longer than this is folded. */
const FOLD_ABOVE = 20;

/** How many of a folded run are shown: the newest of the applied ones, the next of the pending ones. */
const SHOWN = 10;

type Row =
  | { readonly kind: "one"; readonly migration: MigrationStatus }
  | { readonly kind: "folded"; readonly run: readonly MigrationStatus[] };

function one(migration: MigrationStatus): Row {
  return { kind: "one", migration };
}

function fold(migrations: readonly MigrationStatus[], verbose: boolean): readonly Row[] {
  if (verbose) return migrations.map(one);
  const rows: Row[] = [];
  for (let start = 0, end = 0; start < migrations.length; start = end) {
    const state = migrations[start]?.state;
    while (end < migrations.length && migrations[end]?.state === state) end += 1;
    const run = migrations.slice(start, end);
    if (run.length <= FOLD_ABOVE || (state !== "applied" && state !== "pending")) rows.push(...run.map(one));
    else if (state === "applied")
      rows.push({ kind: "folded", run: run.slice(0, -SHOWN) }, ...run.slice(-SHOWN).map(one));
    else rows.push(...run.slice(0, SHOWN).map(one), { kind: "folded", run: run.slice(SHOWN) });
  }
  return rows;
}

interface Widths {
  readonly version: number;
  readonly state: number;
  /** 0 where nothing was applied: then there is no such column. */
  readonly when: number;
}

function measure(migrations: readonly MigrationStatus[]): Widths {
  return {
    version: Math.max(3, ...migrations.map(({ version }) => String(version).length)),
    state: Math.max(0, ...migrations.map(({ state }) => state.length)),
    when: migrations.some(({ appliedAt }) => appliedAt !== undefined) ? "YYYY-MM-DD HH:MM".length : 0,
  };
}

function renderLine(migration: MigrationStatus, widths: Widths, view: StatusView): string {
  const { version, appliedAt, progress } = migration;
  // The name and the time of an applied migration are what the history says, whoever wrote it.
  const name = visible(migration.name);
  const far = progress === undefined ? "" : ` (${progress.done} of ${progress.total ?? "?"} statements)`;
  const left = renderLeft(
    { state: migration.state, version: String(version), when: visible(appliedAt ?? "") },
    widths,
    view,
  );
  const room = Math.max(10, view.columns - left.width - far.length);
  const title = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  return left.text + title + (far === "" ? "" : view.style("dim", far));
}

function renderFolded(run: readonly MigrationStatus[], widths: Widths, view: StatusView): string {
  const [first, last] = [run[0], run.at(-1)] as [MigrationStatus, MigrationStatus];
  const left = renderLeft({ state: first.state, version: "…", when: "" }, widths, view);
  return `${left.text}${view.style("dim", `${run.length} more, ${first.version} to ${last.version}; --verbose shows them`)}`;
}

/** What stands before the name. */
function renderLeft(
  { state, version, when }: { readonly state: MigrationState; readonly version: string; readonly when: string },
  widths: Widths,
  { style }: StatusView,
): { readonly text: string; readonly width: number } {
  const [mark, colour] = MARKS[state];
  const columns: readonly (readonly [format: Parameters<Style>[0], text: string])[] = [
    [colour, state.padEnd(widths.state)],
    ...(widths.when === 0 ? [] : [["dim", when.slice(0, 16).replace("T", " ").padEnd(widths.when)] as const]),
  ];
  const number = version.padStart(widths.version);
  return {
    text: `  ${style(colour, mark)} ${[number, ...columns.map(([format, text]) => style(format, text))].join("  ")}  `,
    width: 4 + [number, ...columns.map(([, text]) => text)].reduce((sum, text) => sum + text.length + 2, 0),
  };
}

function summarize(status: StatusReport, { style, blocking }: StatusView): readonly string[] {
  if (status.migrations.length === 0) return ["There are no migrations yet; lockstep new NAME writes the first."];
  if (status.upToDate) return [style("green", "Up to date.")];
  const { hazards = 0 } = status;
  const advice = adviseOn(status.migrations, blocking);
  if (hazards === 0) return advice;
  return [
    ...advice,
    style(
      "yellow",
      `${hazards} ${hazards === 1 ? "danger or warning" : "dangers and warnings"} in what is pending: lockstep lint shows ${hazards === 1 ? "it" : "them"}.`,
    ),
  ];
}
