/** A workspace with a directory of migrations and a place for a database. */
import { workspace, type FileContent, type Workspace } from "./workspace.ts";

/** A workspace with a place for a database and a directory of migrations. */
export interface Project extends Workspace {
  /** The path of the database, which need not be there. */
  readonly database: string;
  /** The directory of migrations. */
  readonly migrations: string;
  /** Both, as options of a call. */
  readonly options: { readonly database: string; readonly migrations: string };
  /** Adds or replaces files in the directory of migrations. */
  add(files: Readonly<Record<string, FileContent>>): void;
}

/** Makes a project with these files in its directory of migrations. */
export function project(files: Readonly<Record<string, FileContent>> = {}): Project {
  const space = workspace({ "migrations/": "" });
  const options = { database: space.path("app.db"), migrations: space.path("migrations") };
  const add = (more: Readonly<Record<string, FileContent>>): void => {
    space.write(Object.fromEntries(Object.entries(more).map(([name, content]) => [`migrations/${name}`, content])));
  };
  add(files);
  return { ...space, ...options, options, add };
}
