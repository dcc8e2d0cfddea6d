/** Transcript: what is kept of a response body while its bytes pass by. */
import { Completion } from "./completion.ts";

/** Listens to a body and can tell at any moment what it was so far. */
export interface Transcript {
  add(chunk: Uint8Array): void;
  /** The text to record, or null where nothing has come. */
  toText(): string | null;
}

/** The transcript that fits a body: events are put together into one answer, everything else is kept as it is. */
export function createTranscript(contentType: string | null): Transcript {
  return contentType?.startsWith("text/event-stream") === true ? new EventTranscript() : new TextTranscript();
}

class TextTranscript implements Transcript {
  readonly #decoder = new TextDecoder();
  #text = "";

  add(chunk: Uint8Array): void {
    this.#text += this.#decoder.decode(chunk, { stream: true });
  }

  toText(): string | null {
    return this.#text === "" ? null : this.#text;
  }
}

/** Reads server-sent events as far as chat completions need: fields `data`, ended by an empty line. */
class EventTranscript implements Transcript {
  readonly #decoder = new TextDecoder();
  readonly #completion = new Completion();
  #rest = "";
  #data: string[] = [];

  add(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    // A line may end in \r\n; one that so far ends in \r is not finished, its \n may be in the next chunk.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#addLine(line);
  }

  toText(): string | null {
    return this.#completion.toJson();
  }

  #addLine(line: string): void {
    if (line === "") {
      this.#completion.add(this.#data.join("\n"));
      this.#data = [];
    } else if (line.startsWith("data:")) {
      this.#data.push(line.slice("data:".length));
    }
  }
}
