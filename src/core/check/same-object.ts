/** Whether two stored objects are the same, apart from how they are written. */
import { isSameTable, isSameText } from "../diff/same-object.ts";
import { parseObject } from "../schema/parse.ts";
import type { StoredObject } from "./stored-object.ts";

/** Comments, white space, and quotes that a name does not need do not count: SQLite puts some when it renames something. */
export function isSameObject(left: StoredObject, right: StoredObject): boolean {
  if (isSameText(left, right)) return true;
  if (left.type !== "table" || right.type !== "table") return false;
  const [own, other] = [parseObject(left.sql), parseObject(right.sql)];
  return own.kind === "table" && other.kind === "table" && own.name === other.name && isSameTable(own, other, "ignore");
}
