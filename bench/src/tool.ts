/** The tools that are compared: which adapter runs each, which directory it gets, which driver it needs. */
import type { Variant } from "./adapter.ts";
import type { Layout } from "./layout.ts";

/** A tool in one of its settings: a line of a table. */
export interface ToolEntry {
  readonly key: ToolKey;
  /** As the tables name it. */
  readonly label: string;
  /** The file in adapters/, without its extension. */
  readonly adapter: string;
  readonly variant: Variant;
  readonly layout: Layout;
}

export type ToolKey =
  | "floor"
  | "floor-all"
  | "floor-rebuild"
  | "lockstep"
  | "lockstep-all"
  | "lockstep-handle"
  | "drizzle"
  | "kysely"
  | "knex"
  | "umzug"
  | "typeorm"
  | "typeorm-each";

const TOOLS: readonly ToolEntry[] = [
  { key: "floor", label: "floor", adapter: "floor", variant: "each", layout: "sql" },
  {
    key: "floor-all",
    label: "floor, one transaction",
    adapter: "floor",
    variant: "all",
    layout: "sql",
  },
  { key: "floor-rebuild", label: "by hand", adapter: "rebuild", variant: "default", layout: "sql" },
  { key: "lockstep", label: "lockstep", adapter: "lockstep", variant: "each", layout: "sql" },
  {
    key: "lockstep-all",
    label: 'lockstep, `transaction: "all"`',
    adapter: "lockstep",
    variant: "all",
    layout: "sql",
  },
  {
    key: "lockstep-handle",
    label: "lockstep, open handle",
    adapter: "lockstep",
    variant: "handle",
    layout: "sql",
  },
  {
    key: "drizzle",
    label: "drizzle-orm",
    adapter: "drizzle",
    variant: "default",
    layout: "drizzle",
  },
  { key: "kysely", label: "kysely", adapter: "kysely", variant: "default", layout: "kysely" },
  { key: "knex", label: "knex", adapter: "knex", variant: "default", layout: "knex" },
  { key: "umzug", label: "umzug", adapter: "umzug", variant: "default", layout: "sql" },
  { key: "typeorm", label: "typeorm", adapter: "typeorm", variant: "default", layout: "typeorm" },
  {
    key: "typeorm-each",
    label: 'typeorm, `"each"`',
    adapter: "typeorm",
    variant: "each",
    layout: "typeorm",
  },
];

/** Gives the entries of these keys, in this order, without those that the run leaves out. */
export function tools(keys: readonly ToolKey[], wanted: readonly string[] | undefined): readonly ToolEntry[] {
  return keys
    .filter((key) => wanted === undefined || wanted.includes(key))
    .map((key) => {
      const entry = TOOLS.find((tool) => tool.key === key);
      if (entry === undefined) throw new Error(`unknown tool: ${key}`);
      return entry;
    });
}

/** Whether a key names a tool. */
export function isToolKey(key: string): key is ToolKey {
  return TOOLS.some((tool) => tool.key === key);
}
