/**
 * SHA-256 (https://csrc.nist.gov/pubs/fips/180-4/upd1/final), written out because loading `node:crypto` takes longer than all the
 * rest of a `status`. Variables have the letters of the standard; a helper for each formula would double a cold start.
 */

/** The first 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const [K, H] = constants();

const schedule = new Int32Array(64);

/** The SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  const words = pad(text);
  const state = H.slice();
  for (let offset = 0; offset < words.length; offset += 16) compress(state, words, offset);
  let digits = "";
  for (const word of state) digits += (word >>> 0).toString(16).padStart(8, "0");
  return digits;
}

/** The message as big-endian words: its bytes, a one bit, zeros, and its length in bits. */
function pad(text: string): Int32Array {
  let length = text.length;
  // Nearly all SQL is ASCII, where a character is its byte.
  let words = packAscii(text);
  if (words === undefined) {
    const bytes = new TextEncoder().encode(text);
    length = bytes.length;
    words = wordsFor(length);
    for (let index = 0; index < length; index += 1) words[index >> 2]! |= bytes[index]! << (24 - (index & 3) * 8);
  }
  words[length >> 2]! |= 0x80 << (24 - (length & 3) * 8);
  words[words.length - 2] = Math.floor(length / 0x2000_0000);
  words[words.length - 1] = length << 3;
  return words;
}

/** The words of an ASCII text; undefined where a character is not ASCII. */
function packAscii(text: string): Int32Array | undefined {
  const words = wordsFor(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return undefined;
    words[index >> 2]! |= code << (24 - (index & 3) * 8);
  }
  return words;
}

function wordsFor(length: number): Int32Array {
  return new Int32Array((((length + 8) >> 6) + 1) * 16);
}

/** Works one block of 16 words into the state. */
function compress(state: Int32Array, words: Int32Array, offset: number): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t += 1) {
    const word = t < 16 ? words[offset + t]! : nextWord(t);
    schedule[t] = word;
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const T1 = (h + S1 + ((e & f) ^ (~e & g)) + K[t]! + word) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const T2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + T1) | 0;
    d = c;
    c = b;
    b = a;
    a = (T1 + T2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

/** The word of a round from 16 on, out of those before it. */
function nextWord(t: number): number {
  const x = schedule[t - 15]!;
  const y = schedule[t - 2]!;
  const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
  const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
  return (schedule[t - 16]! + s0 + schedule[t - 7]! + s1) | 0;
}

function constants(): readonly [Int32Array, Int32Array] {
  const cubes = new Int32Array(64);
  const squares = new Int32Array(8);
  for (let candidate = 2, count = 0; count < 64; candidate += 1) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate && isPrime; divisor += 1) isPrime = candidate % divisor !== 0;
    if (!isPrime) continue;
    cubes[count] = fractionOf(Math.cbrt(candidate));
    if (count < 8) squares[count] = fractionOf(Math.sqrt(candidate));
    count += 1;
  }
  return [cubes, squares];
}

function fractionOf(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}
