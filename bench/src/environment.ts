/** The environment of a measured process: only what a process needs, so that this shell's settings are not measured. */

/** Gives a small environment. Without it, `NODE_EXTRA_CA_CERTS` or `NODE_OPTIONS` of the caller would cost every start something. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { NODE_NO_WARNINGS: "1", NO_COLOR: "1", ...extra };
  for (const name of ["PATH", "HOME", "TMPDIR", "SystemRoot", "LANG"]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
