/** SQL on a terminal. */
import { visible } from "../../core/diagnostic/visible.ts";

/** The lines of a statement, with its semicolon, as they are shown below the title of a migration. What cannot be seen is made visible. */
export function sqlLines(sql: string): readonly string[] {
  return `${sql};`.split(/\r?\n/).map((line) => `      ${visible(line)}`.trimEnd());
}
