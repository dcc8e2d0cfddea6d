/** allowance_unknown: an allowance of a code that does not exist. Found by those who read the allowances of a statement. */
import type { Rule } from "../rule.ts";

export const allowanceUnknown: Rule = {
  code: "allowance_unknown",
  category: "allowance",
  level: "warning",
  title: "an allowance of a code that does not exist",
  check: () => [],
};
