/** Asks the rules about one statement, and sees to what it is allowed. */
import { suggest } from "../diagnostic/suggest.ts";
import { RULES } from "./catalogue.ts";
import type { LintContext } from "./context.ts";
import { allowanceUnknown } from "./rules/allowance-unknown.ts";
import { allowanceUnneeded } from "./rules/allowance-unneeded.ts";
import type { Finding, Rule } from "./rule.ts";

/** A finding with its rule. */
export interface RuleFinding {
  readonly rule: Rule;
  readonly finding: Finding;
}

/** What counts beside the statement. */
export interface StatementCheck {
  /** The codes that nobody wants to hear of. */
  readonly off: ReadonlySet<string>;
  /** `unknown`: code ran before it, or something failed; what hangs on the whole schema is then not told. */
  readonly schema: "known" | "unknown";
}

/** All findings of a statement but those that it allows, and the allowances that it could do without. */
export function checkStatement(context: LintContext, { off, schema }: StatementCheck): readonly RuleFinding[] {
  const wanted = RULES.filter(({ code }) => !off.has(code));
  const all = wanted.flatMap((rule) => rule.check(context).map((finding) => ({ rule, finding })));
  const found = new Set(all.map(({ rule }) => rule.code));
  const allowed = new Set<string>();
  const own: RuleFinding[] = [];
  for (const { name, argument, offset } of context.statement.directives) {
    if (name !== "allow") continue;
    for (const code of argument.split(/[\s,]+/).filter((word) => word !== "")) {
      allowed.add(code);
      const place = { offset, length: `-- lockstep:allow ${argument}`.length };
      const isKnown = RULES.some((rule) => rule.code === code);
      if (!isKnown) own.push({ rule: allowanceUnknown, finding: { message: unknownCode(code), place } });
      else if (!found.has(code) && isDecided(context, code, schema) && !off.has(code))
        own.push({ rule: allowanceUnneeded, finding: { message: `nothing here needs ${code} to be allowed`, place } });
    }
  }
  const isWanted = ({ rule }: RuleFinding): boolean => !off.has(rule.code) && !allowed.has(rule.code);
  return [...all, ...own].filter(isWanted);
}

function unknownCode(code: string): string {
  const near = suggest(
    code,
    RULES.map((rule) => rule.code),
  );
  return `there is no rule ${code}${near === undefined ? "" : `; did you mean ${near}?`}`;
}

/** What is so on one connection, or for one target, and another way elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(["always_fails", "needs_extension"]);
const TARGETED: ReadonlySet<string> = new Set([
  "deferred_is_no_shield",
  "drop_cascades",
  "foreign_keys_pragma",
  "requires_newer_sqlite",
  "target_forbids",
]);

/** Whether the rule has the last word: what survives a rebuild shows when it runs. */
function isDecided(
  { kind, target, position, rebuilds }: LintContext,
  code: string,
  schema: StatementCheck["schema"],
): boolean {
  if (schema === "unknown" || ELSEWHERE.has(code) || (target === undefined && TARGETED.has(code))) return false;
  if (rebuilds.some(({ drop }) => drop === position) && (code === "drop_table" || code === "drop_column")) return false;
  return !(kind.kind === "rebuild" && code === "lossy_conversion");
}
