/** The checksum of a migration's SQL. The format is written down in docs/format.md. */
import { canonicalScript } from "../sql/canonical.ts";
import type { Statement } from "../sql/script.ts";

/** Gives the SHA-256 of a text in UTF-8, as 64 hexadecimal digits. The core has no hash of its own: its caller brings one. */
export type Digest = (text: string) => string;

/** The format's number, in front of every checksum, so that a later format is never compared with this one. */
const FORMAT = "1:";

/** The checksum of statements: comments, white space, line ends and the case of keywords do not count. */
export function checksum(statements: readonly Statement[], digest: Digest): string {
  return FORMAT + digest(canonicalScript(statements));
}

/** Whether two checksums prove that the SQL differs: both are there, in the same format, and not equal. */
export function checksumsDiffer(left: string | null, right: string | null): boolean {
  if (left === null || right === null) return false;
  if (formatOf(left) !== formatOf(right)) return false;
  return left !== right;
}

function formatOf(value: string): string {
  return value.slice(0, value.indexOf(":") + 1);
}
