/** allowance_unneeded: an allowance for what the statement does not do. Found by those who read the allowances of a statement. */
import type { Rule } from "../rule.ts";

export const allowanceUnneeded: Rule = {
  code: "allowance_unneeded",
  category: "allowance",
  level: "warning",
  title: "an allowance for what the statement does not do",
  check: () => [],
};
