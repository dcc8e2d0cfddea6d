/** Completion: puts the deltas of a streamed answer together into the JSON that the unstreamed answer would have been. */

type Json = Record<string, unknown>;

interface Choice {
  readonly index: number;
  readonly message: Json;
  finish_reason: unknown;
}

/** Parts of a message that arrive piece by piece. Everything else arrives whole. */
const textFields: ReadonlySet<string> = new Set(["content", "reasoning_content", "refusal", "arguments"]);

/** Collects the chunks of one answer in the order of their arrival. */
export class Completion {
  readonly #head: Json = {};
  readonly #choices = new Map<number, Choice>();

  /** Takes the data of one server-sent event. What is not a JSON object, such as `[DONE]`, adds nothing. */
  add(data: string): void {
    const chunk = parseObject(data);
    if (chunk === undefined) return;
    const { choices, ...head } = chunk;
    mergeInto(this.#head, head);
    for (const choice of asObjects(choices)) this.#addChoice(choice);
  }

  /** The answer so far as a `chat.completion` object in JSON, or null before the first chunk. */
  toJson(): string | null {
    if (Object.keys(this.#head).length === 0 && this.#choices.size === 0) return null;
    const choices = [...this.#choices.values()].toSorted((left, right) => left.index - right.index);
    // A chunk calls itself chat.completion.chunk; an error sent in the stream has no object and keeps its own shape.
    const kind = "object" in this.#head ? { object: "chat.completion" } : {};
    return JSON.stringify({ ...this.#head, ...kind, ...(choices.length === 0 ? {} : { choices }) });
  }

  #addChoice(part: Json): void {
    const index = typeof part["index"] === "number" ? part["index"] : 0;
    const choice = this.#choices.get(index) ?? { index, message: {}, finish_reason: null };
    this.#choices.set(index, choice);
    if (isObject(part["delta"])) mergeInto(choice.message, part["delta"]);
    choice.finish_reason = part["finish_reason"] ?? choice.finish_reason;
  }
}

function mergeInto(target: Json, part: Json): void {
  for (const [key, value] of Object.entries(part)) {
    const known = target[key];
    if (key === "tool_calls") {
      target[key] = mergeByIndex(asObjects(known), asObjects(value));
    } else if (textFields.has(key) && typeof known === "string" && typeof value === "string") {
      target[key] = known + value;
    } else if (isObject(known) && isObject(value)) {
      mergeInto(known, value);
    } else if (known === undefined || (value !== null && value !== "")) {
      // Some servers repeat a field as null or empty in later chunks; that takes nothing back.
      target[key] = value;
    }
  }
}

function mergeByIndex(known: readonly Json[], parts: readonly Json[]): readonly Json[] {
  const merged = [...known];
  for (const part of parts) {
    const twin = merged.find((candidate) => candidate["index"] === part["index"]);
    if (twin === undefined) merged.push(structuredClone(part));
    else mergeInto(twin, part);
  }
  return merged;
}

/** The object in a text, or undefined where the text is no JSON or is JSON of another type. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObjects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}
