/** Keeps the warnings of Node that say nothing about the user's work off the terminal; all others pass. */

const HUSHED = [
  // Node 22 warns of `node:sqlite` and of TypeScript; both are settled in the versions after it.
  /SQLite is an experimental feature/,
  /Type Stripping is an experimental feature/,
  // A migration or config in ES modules, in a package that does not say so: it works, and takes a moment longer to load.
  /Module type of .* is not specified and it doesn't parse as CommonJS/,
];

export function hushExperiments(): void {
  const emit = process.emitWarning.bind(process) as (...values: readonly unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]): void => {
    if (!HUSHED.some((pattern) => pattern.test(String(warning)))) emit(warning, ...rest);
  };
}
