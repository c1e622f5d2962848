import { separateElements, unreadElements } from '../text.ts';
import { mostNames, NameTable, tagFold } from './name-table.ts';

/**
 * What htmlparser2's Parser (12.0.0) knows of the elements of HTML, by the number of their name.
 * `test/extract/scan/` compares it with the original.
 */

const names: string[] = [];
const tableOfNames = new NameTable(tagFold);

/** A table of tag names in which these elements have the numbers of this file. */
export function makeTagTable(): NameTable {
  const table = new NameTable(tagFold);
  for (const name of names) table.keep(name);
  return table;
}

/** Flags of an element, by the number of its name. */
export const isVoid = 1;
export const isSeparate = 2;
export const isUnread = 4;
export const isTemplate = 8;
export const isForm = 16;
export const isSvg = 32;
export const isMath = 64;
/** HTML inside SVG or MathML, and what is called the same outside. */
export const isIntegration = 128;
export const isBase = 256;
export const isLink = 512;
/** Its content is text, whatever it looks like. */
export const isRawText = 1_024;
/** The same, with character references. */
export const isEscapableText = 2_048;
/** What the scanner leaves to the tree. */
export const isPlaintext = 4_096;
export const isForeign = isSvg | isMath;
export const changesContext = isForeign | isIntegration;

export const flagsOf = new Uint16Array(mostNames);

const flagged: [flag: number, names: Iterable<string>][] = [
  [
    isVoid,
    words(
      'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr',
    ),
  ],
  [isSeparate, separateElements],
  [isUnread, unreadElements],
  [isTemplate, ['template']],
  [isForm, ['form']],
  [isSvg, ['svg']],
  [isMath, ['math']],
  // Names as adjusted below: `foreignobject` outside of SVG is none.
  [isIntegration, words('mi mo mn ms mtext annotation-xml foreignObject desc title')],
  [isBase, ['base']],
  [isLink, ['link']],
  [isRawText, words('script style iframe noembed noframes xmp')],
  [isEscapableText, words('title textarea')],
  [isPlaintext, ['plaintext']],
];

/** Which open elements a start tag ends while one of them is the innermost: masks that meet. */
export const impliedEnds = new Int32Array(mostNames);
export const endedBy = new Int32Array(mostNames);

const implied: [opening: string, ended: string][] = [
  ['tr', 'tr th td'],
  ['th', 'th'],
  ['td', 'thead th td'],
  ['body', 'head link script'],
  ['a', 'a'],
  ['li', 'li'],
  ['h1 h2 h3 h4 h5 h6', 'h1 h2 h3 h4 h5 h6 p'],
  ['select input output button datalist textarea', 'input option optgroup select button datalist textarea'],
  ['option', 'option'],
  ['optgroup', 'optgroup option'],
  ['dd dt', 'dd dt'],
  [
    'p address article aside blockquote details div dl fieldset figcaption figure footer form header hr ' +
      'main nav ol pre section table ul',
    'p',
  ],
  ['rt rp', 'rt rp'],
  ['tbody tfoot', 'thead tbody'],
];

const svgNames = words(
  'altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend ' +
    'feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap ' +
    'feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge ' +
    'feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence ' +
    'foreignObject glyphRef linearGradient radialGradient textPath',
);
/** How SVG spells what HTML folded to lower case; 0 for all others. */
export const svgSpelling = new Uint16Array(mostNames);

for (const [flag, flaggedNames] of flagged) {
  for (const name of flaggedNames) add(flagsOf, name, flag);
}
for (const [index, [opening, ended]] of implied.entries()) {
  for (const name of words(opening)) add(impliedEnds, name, 1 << index);
  for (const name of words(ended)) add(endedBy, name, 1 << index);
}
for (const name of svgNames) svgSpelling[numberOf(name.toLowerCase())] = numberOf(name);

// Names that no rule is about, known so that pages need not bring them along.
for (const name of words(
  'span b i em strong small code u s sub sup q cite label abbr var kbd samp mark del ins noscript picture video ' +
    'audio canvas object map g path use rect circle line polygon defs nobr font strike tt big time data',
)) {
  numberOf(name);
}

export const tags = {
  image: numberOf('image'),
  img: numberOf('img'),
  p: numberOf('p'),
  br: numberOf('br'),
  body: numberOf('body'),
  pre: numberOf('pre'),
  time: numberOf('time'),
};

function add(table: Uint16Array | Int32Array, name: string, bits: number): void {
  const number = numberOf(name);
  table[number] = (table[number] as number) | bits;
}

function numberOf(name: string): number {
  const known = tableOfNames.numberOf(name);
  if (known !== 0) return known;
  names.push(name);
  return tableOfNames.keep(name);
}

function words(text: string): string[] {
  return text.split(' ');
}
