/** A question that a person answers with yes or no. */

/** Asks on the terminal. Anything but a yes is a no, and so are Ctrl-C and the end of the input. */
export async function confirm(question: string): Promise<boolean> {
  return (await answerTo(question)) === "yes";
}

/** Asks on the terminal. `none`: by Ctrl-C, or because the input has ended; anything but a yes is a no. */
export function answerTo(question: string): Promise<"yes" | "no" | "none"> {
  const { createInterface } = process.getBuiltinModule("node:readline");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    // The question ends its line with the answer; without one, the next output would stand beside it.
    const leave = (): void => {
      process.stderr.write("\n");
      resolve("none");
    };
    terminal.once("close", leave);
    terminal.question(`${question} [y/N] `, (answer) => {
      // Only this one: readline has a listener of its own, without which it would go on to show what is typed.
      terminal.off("close", leave);
      terminal.close();
      resolve(/^y(?:es)?$/i.test(answer.trim()) ? "yes" : "no");
    });
  });
}
