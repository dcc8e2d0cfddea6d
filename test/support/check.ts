/** Checks a project, with a cache of its own. */
import { MigrationRunner, type CheckOptions, type CheckReport, type MigrateOptions } from "../../src/index.ts";
import { project, type Project } from "./project.ts";
import type { FileContent } from "./workspace.ts";

/** A project and its check. */
export interface CheckedProject extends Project {
  check(options?: CheckOptions, more?: Partial<MigrateOptions>): Promise<CheckReport>;
}

/** Makes a project with these migrations. Its database is not there. */
export function checkedProject(files: Readonly<Record<string, FileContent>>): CheckedProject {
  const made = project(files);
  const cacheFolder = made.path("cache");
  return {
    ...made,
    check: (options, more) => new MigrationRunner({ ...made.options, ...more }).check({ cacheFolder, ...options }),
  };
}

/** The codes of what was found. */
export function codesOf({ findings }: CheckReport): readonly string[] {
  return findings.map(({ code }) => code);
}
