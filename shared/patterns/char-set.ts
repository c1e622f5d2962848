/** Code points in sorted ranges, both ends included, which neither overlap nor touch. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const lastCodePoint = 0x10_ffff;
export const allChars: CharSet = [[0, lastCodePoint]];

export function unite(ranges: CharSet): CharSet {
  const united: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = united.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
}

export function complement(set: CharSet): CharSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

export function doOverlap(a: CharSet, b: CharSet): boolean {
  let at = 0;
  for (const [from, to] of a) {
    while (at < b.length && (b[at]?.[1] ?? 0) < from) at++;
    const other = b[at];
    if (other !== undefined && other[0] <= to) return true;
  }
  return false;
}

const digits: CharSet = [[48, 57]];
const wordChars: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];

/** ECMAScript's WhiteSpace and LineTerminator. */
const spaces: CharSet = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** What `.` does not match, without the flag `s`. */
const lineTerminators: CharSet = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

/** By the letter of the escape, and `.`. */
export const classes: Readonly<Record<string, CharSet>> = {
  '.': complement(lineTerminators),
  d: digits,
  D: complement(digits),
  s: spaces,
  S: complement(spaces),
  w: wordChars,
  W: complement(wordChars),
};

const beyondAscii: CharSet = [[0x80, lastCodePoint]];
const asciiCodes = Array.from({ length: 0x80 }, (_, code) => code);
/** What folds to a letter of ASCII: the long s and the Kelvin sign (Unicode, CaseFolding.txt). */
const foldedToAscii = [0x17f, 0x212a];

/**
 * At least what an expression for one character matches, where that is a property of Unicode, or ignores case: of ASCII
 * exactly that, and all that lies beyond, unless `set`, what it matches as it is written, has nothing there. `exactly`
 * finds out the rest, which takes long.
 */
export function atLeast(written: string, set: CharSet): CharSet {
  const pattern = new RegExp(`^${written}$`, 'u');
  const reachesBeyond = doOverlap(set, beyondAscii);
  const matched = (reachesBeyond ? asciiCodes : [...asciiCodes, ...foldedToAscii]).filter((code) =>
    pattern.test(String.fromCharCode(code)),
  );
  return unite([...matched.map((code) => [code, code] as const), ...(reachesBeyond ? beyondAscii : [])]);
}

/** By expression: jobs have few that need it. */
const exactSets = new Map<string, CharSet>();

/**
 * What an expression for one character matches, by asking for every character there is, once: some 50 ms. What Unicode
 * says is then what V8 says.
 */
export function exactly(written: string): CharSet {
  const known = exactSets.get(written) ?? askForAll(written);
  exactSets.set(written, known);
  return known;
}

function askForAll(written: string): CharSet {
  const pattern = new RegExp(`(?:${written})+`, 'gu');
  const found: [number, number][] = [];
  for (const [from, to] of charBlocks) {
    let text = '';
    for (let code = from; code <= to; code++) text += String.fromCodePoint(code);
    const width = from > 0xffff ? 2 : 1;
    for (const { 0: run, index } of text.matchAll(pattern)) {
      found.push([from + index / width, from + (index + run.length) / width - 1]);
    }
  }
  return unite(found);
}

/** The halves of surrogate pairs are apart, since beside each other they would be one character. */
const charBlocks: CharSet = [
  [0, 0xd7ff],
  [0xd800, 0xdbff],
  [0xdc00, 0xdfff],
  [0xe000, 0xffff],
  [0x1_0000, lastCodePoint],
];
