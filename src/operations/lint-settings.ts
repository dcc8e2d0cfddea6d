/** Checks what somebody says of linting: codes to leave out, and a target. */
import { optionError } from "../check-options.ts";
import { suggest } from "../core/diagnostic/suggest.ts";
import { RULES } from "../core/lint/catalogue.ts";
import { TARGETS, type LintTarget } from "../core/lint/target.ts";
import type { LintOptions } from "../options.ts";

/** The options, ready to be used. */
export interface LintSettings {
  readonly off: ReadonlySet<string>;
  readonly target: LintTarget | undefined;
}

/** Throws `invalid_option` for a code or a target that does not exist: a misspelt one must not be ignored. */
export function lintSettings({ off = [], target }: LintOptions): LintSettings {
  for (const code of off)
    refuseUnknown(
      "lint.off",
      code,
      RULES.map((rule) => rule.code),
    );
  if (target !== undefined) refuseUnknown("lint.target", target, Object.keys(TARGETS));
  return { off: new Set(off), target: target === undefined ? undefined : TARGETS[target] };
}

function refuseUnknown(option: string, word: string, known: readonly string[]): void {
  if (known.includes(word)) return;
  const near = suggest(word, known);
  const all = known.length > 10 ? "docs/lint/README.md lists them" : `known are ${known.join(", ")}`;
  const hint = near === undefined ? all : `did you mean ${near}?`;
  throw optionError("invalid_option", option, `${option} does not know ${JSON.stringify(word)}`, hint);
}
