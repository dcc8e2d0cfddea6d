/** The grammar of names in a migration directory: which entries are migrations, and which version each has. */

/** What a directory entry is, by its name alone. */
export type FileName =
  | { readonly kind: "ignored" }
  /** It has a migration's extension and no number. */
  | { readonly kind: "unnumbered" }
  /** The number is 0, or larger than JavaScript counts exactly. */
  | { readonly kind: "version_invalid"; readonly digits: string }
  /** Several migrations in one, up to and with this version. */
  | { readonly kind: "squash"; readonly version: number }
  /** It has a number and no extension of ours: a migration if it is a folder. */
  | { readonly kind: "folder"; readonly version: number; readonly slug: string }
  | {
      readonly kind: "file";
      readonly version: number;
      readonly slug: string;
      readonly role: "code" | "sql" | "up" | "down";
    };

const EXTENSION = /\.(?:sql|[cm]?[jt]s)$/i;
const SQUASH = /^squash-(\d+)\.sql$/i;
const NUMBERED = /^(\d+)[-_](.*)$/s;
const IGNORED = /^(?:[._]|index\.)|\.(?:test|spec)\.|\.d\.[cm]?ts$/i;

/** Nearly every name: a number, words without a dot, a small extension. No other rule can apply to it. */
const ORDINARY = /^(\d{1,15})[-_]([^.]*)\.(sql|[cm]?[jt]s)$/;

/** Reads a directory entry's name. Case of the extension does not matter. */
export function parseFileName(name: string): FileName {
  const ordinary = ORDINARY.exec(name);
  const version = Number(ordinary?.[1]);
  if (ordinary !== null && version > 0) {
    return { kind: "file", version, slug: ordinary[2] ?? "", role: ordinary[3] === "sql" ? "sql" : "code" };
  }
  return parseUnusual(name);
}

function parseUnusual(name: string): FileName {
  if (IGNORED.test(name)) return { kind: "ignored" };
  const squashed = SQUASH.exec(name)?.[1];
  if (squashed !== undefined) {
    const squashVersion = Number(squashed);
    const isVersion = squashVersion > 0 && Number.isSafeInteger(squashVersion);
    return isVersion ? { kind: "squash", version: squashVersion } : { kind: "version_invalid", digits: squashed };
  }
  const extension = EXTENSION.exec(name)?.[0].toLowerCase();
  const numbered = NUMBERED.exec(name);
  if (numbered === null) return { kind: extension === undefined ? "ignored" : "unnumbered" };
  const digits = numbered[1] ?? "";
  const version = Number(digits);
  if (version === 0 || !Number.isSafeInteger(version)) return { kind: "version_invalid", digits };
  const rest = numbered[2] ?? "";
  if (extension === undefined) return { kind: "folder", version, slug: rest };
  const slug = rest.slice(0, rest.length - extension.length);
  if (extension !== ".sql") return { kind: "file", version, slug, role: "code" };
  if (/\.up$/i.test(slug)) return { kind: "file", version, slug: slug.slice(0, -3), role: "up" };
  if (/\.down$/i.test(slug)) return { kind: "file", version, slug: slug.slice(0, -5), role: "down" };
  return { kind: "file", version, slug, role: "sql" };
}

/** The name that people read: "add-user_field" gives "Add user field". */
export function humanName(slug: string, version: number): string {
  const words = slug.replaceAll(/[-_\s]+/g, " ").trim();
  return words === "" ? `Migration ${version}` : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Words as a part of a file's name: in lower case, with a hyphen for all that is no letter and no digit. It may be empty. */
export function slugOf(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
}
