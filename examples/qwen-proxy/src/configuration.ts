/** The configuration: what the environment says, checked once at the start. */
import { fileURLToPath } from "node:url";

/** Everything the server is told from outside. */
interface Configuration {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  readonly databasePath: string;
  readonly upstream: Upstream;
  /** The largest request body that is accepted, in bytes. */
  readonly bodyLimitBytes: number;
}

/** The OpenAI-compatible server that does the work. */
export interface Upstream {
  readonly baseUrl: string;
  readonly apiKey: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultBaseUrl = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1";
const defaultBodyLimitBytes = 10 * 1024 * 1024;

/** Reads the whole configuration. Throws an `Error` that names the variable which is missing or wrong. */
export function readConfiguration(environment: Environment): Configuration {
  return {
    // The proxy adds its own key to every request, so by default only this machine can reach it.
    host: environment["HOST"] ?? "127.0.0.1",
    port: readWholeNumber(environment, { name: "PORT", fallback: 3000, max: 65_535 }),
    databasePath: readDatabasePath(environment),
    upstream: { baseUrl: readBaseUrl(environment), apiKey: readApiKey(environment) },
    bodyLimitBytes: readWholeNumber(environment, {
      name: "BODY_LIMIT_BYTES",
      fallback: defaultBodyLimitBytes,
      max: Number.MAX_SAFE_INTEGER,
    }),
  };
}

/** The path of the database file: `QWEN_DATABASE`, or `data/qwen_proxy.db` in this package's folder. */
export function readDatabasePath(environment: Environment): string {
  return environment["QWEN_DATABASE"] ?? fileURLToPath(new URL("../data/qwen_proxy.db", import.meta.url));
}

function readBaseUrl(environment: Environment): string {
  const text = environment["QWEN_BASE_URL"] ?? defaultBaseUrl;
  if (!URL.canParse(text)) throw new Error(`QWEN_BASE_URL is not a URL: ${text}`);
  return text.replace(/\/+$/, "");
}

function readApiKey(environment: Environment): string {
  const key = environment["QWEN_API_KEY"] ?? "";
  if (key === "") throw new Error("QWEN_API_KEY is not set; an upstream without keys takes any word");
  return key;
}

interface WholeNumber {
  readonly name: string;
  readonly fallback: number;
  readonly max: number;
}

function readWholeNumber(environment: Environment, { name, fallback, max }: WholeNumber): number {
  const text = environment[name];
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new Error(`${name} is not a whole number from 0 to ${max}: ${text}`);
  return value;
}
