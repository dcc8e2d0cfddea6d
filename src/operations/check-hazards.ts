/** What the linter says of migrations that are not applied, as findings of a check. */
import type { Finding } from "../core/check/finding.ts";
import { describeHazard } from "../core/lint/describe.ts";
import { isSerious } from "../core/lint/hazard.ts";
import type { Task } from "../core/task.ts";
import type { Session } from "../session.ts";
import { readLint } from "./read-lint.ts";

/** Dangers and warnings; advice is left to those who ask for it. A statement that fails is told by the replay. */
export function* checkHazards(session: Session): Task<readonly Finding[]> {
  const { findings } = yield* readLint(session, {});
  return findings
    .filter((hazard) => isSerious(hazard) && hazard.code !== "always_fails")
    .map((hazard): Finding => {
      const { code, level, fix, line, column, migration } = hazard;
      return {
        code: "hazard",
        problem: describeHazard(hazard),
        fix: `change the statement, or allow it: -- lockstep:allow ${code} (docs/lint/${code}.md)`,
        lint: { code, level },
        line,
        column,
        migration,
        ...(migration.file === undefined ? {} : { file: migration.file }),
        ...(fix === undefined ? {} : { sql: fix }),
      };
    });
}
