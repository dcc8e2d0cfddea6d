/** Standings and selections in short, for the tests of what a run takes. */
import type { Progress } from "../../src/core/history/history.ts";
import type { Standing, StandingState } from "../../src/core/history/resolve.ts";
import type { Refusal, Selection } from "../../src/core/plan/select.ts";

/** Reads "1:applied 2:pending 3!:missing 4:partial/down"; `!` stands behind a version that has no file. */
export function standingsOf(text: string): readonly Standing[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [, digits = "", gone, state = "", direction] = /^(\d+)(!?):([a-z_]+)(?:\/(up|down))?$/.exec(word) ?? [];
      const version = Number(digits);
      const progress: Progress | undefined =
        direction === undefined
          ? undefined
          : { version, direction: direction as Progress["direction"], done: 1, total: 2, checksum: null };
      return {
        version,
        state: state as StandingState,
        ...(gone === "!"
          ? {}
          : { entry: { version, name: `Migration ${version}`, layout: "sql", file: `${version}.sql` } }),
        ...(progress === undefined ? {} : { progress }),
      };
    });
}

/** The versions that a selection takes, in its order, or its refusal. */
export function versionsOf(selection: Selection): readonly number[] | Refusal {
  return selection.kind === "selected" ? selection.standings.map(({ version }) => version) : selection.refusal;
}
