/** The statements that can destroy rows or values by saying nothing but a name. What was written with WHERE is not among them. */
import type { LossCode } from "./loss-code.ts";
import { foldIdentifier } from "./quote.ts";
import type { Statement } from "./script.ts";
import { classify } from "./statement-kind.ts";
import { TokenReader } from "./token-reader.ts";

/** What a statement takes away, if it is there. Names are without quotes, as written. */
export interface Destruction {
  readonly code: LossCode;
  readonly table: string;
  /** Only of `drop_column`. */
  readonly column?: string;
}

/** What a statement takes away from the main database; undefined for one that takes nothing away, or leaves a choice of rows. */
export function destructionOf(statement: Statement): Destruction | undefined {
  const kind = classify(statement);
  if (kind.kind === "data") {
    const { verb, table } = kind;
    if (verb !== "DELETE" || table === undefined || !isMain(kind)) return undefined;
    const reader = new TokenReader(statement.tokens);
    const isPart = ["WHERE", "LIMIT"].some((word) => {
      const rest = new TokenReader(reader.rest);
      rest.skipTo(word);
      return rest.rest.length > 0;
    });
    return isPart ? undefined : { code: "delete_all_rows", table };
  }
  if (kind.kind !== "schema" || kind.name === undefined || !isMain(kind)) return undefined;
  const { verb, object, alteration, name: table } = kind;
  if (verb === "DROP" && object === "table") return { code: "drop_table", table };
  if (verb !== "ALTER" || alteration !== "drop_column") return undefined;
  const column = droppedColumn(statement);
  return column === undefined ? undefined : { code: "drop_column", table, column };
}

/** A text without one of these words holds no such statement, renames nothing, and begins or ends no transaction. */
export const DESTRUCTIVE: RegExp = /\b(?:DROP|DELETE|RENAME|BEGIN|COMMIT|END|ROLLBACK)\b/i;

function droppedColumn({ tokens }: Statement): string | undefined {
  const reader = new TokenReader(tokens);
  reader.take("ALTER", "TABLE");
  reader.qualifiedName();
  reader.take("DROP");
  reader.take("COLUMN");
  return reader.name();
}

function isMain({ schema }: { readonly schema?: string }): boolean {
  return schema === undefined || foldIdentifier(schema) === "main";
}
