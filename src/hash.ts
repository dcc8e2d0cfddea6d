/** The hash that checksums and schema hashes are made with: ours for a little, Node's once there is much to hash. */
import { sha256 as small } from "./core/sha256.ts";

/** How many characters are worth loading `node:crypto` for. */
const MUCH = 100_000;

let hashed = 0;

/** The SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  hashed += text.length;
  return hashed < MUCH ? small(text) : process.getBuiltinModule("node:crypto").hash("sha256", text, "hex");
}
