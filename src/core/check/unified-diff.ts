/** Two texts as the lines of a unified diff. */

/** Above this many pairs of lines, the texts are shown one after the other: comparing them would cost more than it tells. */
const MOST_PAIRS = 1_000_000;

/** Lines of `left` alone begin with `-`, of `right` alone with `+`, of both with a blank. An empty text has no lines. */
export function unifiedDiff(left: string, right: string): readonly string[] {
  const [own, other] = [linesOf(left), linesOf(right)];
  if (own.length * other.length > MOST_PAIRS) {
    return [...own.map((line) => `-${line}`), ...other.map((line) => `+${line}`)];
  }
  const lengths = commonLengths(own, other);
  const lines: string[] = [];
  let row = 0;
  let column = 0;
  while (row < own.length || column < other.length) {
    const isCommon = row < own.length && column < other.length && own[row] === other[column];
    const goesDown = (lengths[row + 1]?.[column] ?? -1) >= (lengths[row]?.[column + 1] ?? -1);
    const side = isCommon ? " " : row < own.length && goesDown ? "-" : "+";
    lines.push(side + (side === "+" ? other[column] : own[row]));
    if (side !== "+") row += 1;
    if (side !== "-") column += 1;
  }
  return lines;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}

/** How many lines the ends of the two have in common, from each pair of places on. */
function commonLengths(own: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: own.length + 1 }, () => Array.from({ length: other.length + 1 }, () => 0));
  for (let row = own.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const [here = [], below = []] = [lengths[row], lengths[row + 1]];
      here[column] =
        own[row] === other[column] ? (below[column + 1] ?? 0) + 1 : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return lengths;
}
