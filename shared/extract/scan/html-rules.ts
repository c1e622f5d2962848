import { preformattedElements, separateElements, unreadElements } from '../values/text.ts';
import { maxNames, NameTable, tagFold } from './name-table.ts';

/**
 * What the HTML Standard (13.2, parsing) knows of elements, by the number of their name. Where parse5 (8.1.1)
 * is behind the standard, as it: `search` is not special, and `select` takes nothing but options.
 * `test/extract/scan/` compares the pass with parse5's tree.
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
export const isBase = 16;
export const isLink = 32;
/** Its content is text, whatever it looks like. */
export const isRawText = 64;
/** Its content is text with character references. */
export const isEscapableText = 128;
/** Its start tag ends SVG and MathML around it. */
export const endsForeign = 256;
/** A part of a table, from caption to cell. */
export const isOfTable = 512;
/** Its end tag ends it and nothing else, where it is the innermost element. */
export const endsPlainly = 1_024;
/** May stand in the head, or comes there by mistake of `noscript`. */
export const goesWithHead = 2_048;
/** It starts with the line after it. */
export const dropsLineBreak = 4_096;
/** It is of SVG or MathML. */
export const isForeign = 8_192;
/** It stands in a line, where digits in it may be apart from those beside it. */
export const isInLine = 16_384;
/** What these names mean in HTML they do not in SVG and MathML. */
const ofHtmlOnly =
  isVoid | isTemplate | isBase | isLink | isRawText | isEscapableText | goesWithHead | dropsLineBreak;

export const flagsOf = new Uint16Array(maxNames);

/** What an open element is to the rules, by the number of its name, in HTML, SVG and MathML. */
export const isSpecial = 1;
/** Ends the search for an item that another one ends. */
export const boundsItems = 2;
export const boundsScope = 4;
export const boundsListScope = 8;
export const boundsButtonScope = 16;
export const boundsTableScope = 32;
/** Its end tag may be left out. */
export const endsImplied = 64;
export const endsImpliedInTemplate = 128;
export const isFormatting = 256;
export const isParagraph = 512;
/** HTML inside SVG, and text inside MathML. */
export const isIntegration = 1_024;
export const isForm = 2_048;
export const isTemplateRoot = 4_096;

export const html = 0;
export const svg = 1;
export const math = 2;
/** By the namespace. */
const kindsOf = [new Uint16Array(maxNames), new Uint16Array(maxNames), new Uint16Array(maxNames)];

/** What a start tag does in the body. */
export const starts = {
  anything: 0,
  formatting: 1,
  link: 2,
  heading: 3,
  block: 4,
  item: 5,
  description: 6,
  leaf: 7,
  hr: 8,
  rubyBase: 9,
  rubyText: 10,
  xmp: 11,
  svg: 12,
  math: 13,
  html: 14,
  ofHead: 15,
  template: 16,
  body: 17,
  form: 18,
  nobr: 19,
  table: 20,
  bare: 21,
  button: 22,
  object: 23,
  select: 24,
  option: 25,
  frameset: 26,
  plaintext: 27,
  ofTable: 28,
} as const;
export const startOf = new Uint8Array(maxNames);

/** What an end tag does in the body. */
export const ends = {
  anything: 0,
  formatting: 1,
  block: 2,
  p: 3,
  item: 4,
  description: 5,
  heading: 6,
  br: 7,
  page: 8,
  form: 9,
  object: 10,
  template: 11,
} as const;
export const endOf = new Uint8Array(maxNames);

const headings = words('h1 h2 h3 h4 h5 h6');
const blocks = words(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header ' +
    'hgroup main menu nav ol search section summary ul',
);
const formatting = words('b big code em font i s small strike strong tt u');
const objects = words('applet marquee object');
const ofTable = words('caption col colgroup tbody td tfoot th thead tr');
const mathTexts = words('mi mn mo ms mtext');
const svgHtml = words('desc foreignobject title');

const startRules: [rule: number, names: string[]][] = [
  [starts.formatting, formatting],
  [starts.link, ['a']],
  [starts.heading, headings],
  [starts.block, [...blocks, ...words('p pre listing')]],
  [starts.item, ['li']],
  [starts.description, words('dd dt')],
  [starts.leaf, words('area br embed img input keygen wbr')],
  [starts.hr, ['hr']],
  [starts.rubyBase, words('rb rtc')],
  [starts.rubyText, words('rp rt')],
  [starts.xmp, ['xmp']],
  [starts.svg, ['svg']],
  [starts.math, ['math']],
  [starts.html, ['html']],
  [starts.ofHead, words('base basefont bgsound link meta script style title')],
  [starts.template, ['template']],
  [starts.body, ['body']],
  [starts.form, ['form']],
  [starts.nobr, ['nobr']],
  [starts.table, ['table']],
  [starts.bare, words('param source track iframe noembed noframes textarea')],
  [starts.button, ['button']],
  [starts.object, objects],
  [starts.select, ['select']],
  [starts.option, words('optgroup option')],
  [starts.frameset, ['frameset']],
  [starts.plaintext, ['plaintext']],
  [starts.ofTable, [...ofTable, 'frame', 'head']],
];

const endRules: [rule: number, names: string[]][] = [
  [ends.formatting, [...formatting, 'a', 'nobr']],
  [ends.block, [...blocks, ...words('button listing pre')]],
  [ends.p, ['p']],
  [ends.item, ['li']],
  [ends.description, words('dd dt')],
  [ends.heading, headings],
  [ends.br, ['br']],
  [ends.page, words('body html')],
  [ends.form, ['form']],
  [ends.object, objects],
  [ends.template, ['template']],
];

const flagged: [flag: number, names: Iterable<string>][] = [
  [
    isVoid,
    words(
      'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
    ),
  ],
  [isSeparate, separateElements],
  [isUnread, unreadElements],
  [isTemplate, ['template']],
  [isBase, ['base']],
  [isLink, ['link']],
  [isRawText, words('script style iframe noembed noframes xmp')],
  [isEscapableText, words('title textarea')],
  [
    endsForeign,
    words(
      'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu ' +
        'meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
    ),
  ],
  [isOfTable, ofTable],
  [goesWithHead, words('base basefont bgsound link meta noscript script style template title iframe img')],
  [dropsLineBreak, words('pre listing textarea')],
];

const kinds: [namespace: number, kind: number, names: string[]][] = [
  [
    html,
    isSpecial | boundsItems,
    words(
      'applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd ' +
        'details dir dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head ' +
        'header hgroup hr html img input iframe li link listing main marquee menu meta nav noframes noembed ' +
        'noscript object ol param plaintext pre script section select source style summary table tbody template ' +
        'textarea tfoot td th thead title tr track ul wbr xmp',
    ),
  ],
  [html, isSpecial, words('address div p')],
  [svg, isSpecial | boundsItems | isIntegration, svgHtml],
  [math, isSpecial | boundsItems, [...mathTexts, 'annotation-xml']],
  [math, isIntegration, mathTexts],
  [
    html,
    boundsScope | boundsListScope | boundsButtonScope,
    [...objects, ...words('caption html table td template th')],
  ],
  [svg, boundsScope | boundsListScope | boundsButtonScope, svgHtml],
  [math, boundsScope | boundsListScope | boundsButtonScope, [...mathTexts, 'annotation-xml']],
  [html, boundsListScope, words('ol ul')],
  [html, boundsButtonScope, ['button']],
  [html, boundsTableScope, words('html table')],
  [html, endsImplied | endsImpliedInTemplate, words('dd dt li optgroup option p rb rp rt rtc')],
  [html, endsImpliedInTemplate, words('caption colgroup tbody td tfoot th thead tr')],
  [html, isFormatting, [...formatting, 'a', 'nobr']],
  [html, isParagraph, ['p']],
  [html, isForm, ['form']],
  [html, isTemplateRoot, ['template']],
];

for (const [rule, ruled] of startRules) for (const name of ruled) startOf[numberOf(name)] = rule;
for (const [rule, ruled] of endRules) for (const name of ruled) endOf[numberOf(name)] = rule;
for (const [flag, flaggedNames] of flagged) {
  for (const name of flaggedNames) add(flagsOf, name, flag);
}
for (const [namespace, kind, kindNames] of kinds) {
  for (const name of kindNames) add(kindsOf[namespace] as Uint16Array, name, kind);
}

// Names that no rule is about, known so that pages need not bring them along.
for (const name of words(
  'span label abbr var kbd samp mark del ins cite q picture video audio canvas map g path use rect circle line ' +
    'polygon defs big time data sub sup',
)) {
  numberOf(name);
}

export const tags = {
  a: numberOf('a'),
  annotationXml: numberOf('annotation-xml'),
  base: numberOf('base'),
  body: numberOf('body'),
  br: numberOf('br'),
  button: numberOf('button'),
  caption: numberOf('caption'),
  col: numberOf('col'),
  colgroup: numberOf('colgroup'),
  dd: numberOf('dd'),
  dt: numberOf('dt'),
  font: numberOf('font'),
  form: numberOf('form'),
  frameset: numberOf('frameset'),
  head: numberOf('head'),
  hr: numberOf('hr'),
  html: numberOf('html'),
  image: numberOf('image'),
  img: numberOf('img'),
  input: numberOf('input'),
  keygen: numberOf('keygen'),
  li: numberOf('li'),
  malignmark: numberOf('malignmark'),
  mglyph: numberOf('mglyph'),
  nobr: numberOf('nobr'),
  noframes: numberOf('noframes'),
  noscript: numberOf('noscript'),
  optgroup: numberOf('optgroup'),
  option: numberOf('option'),
  p: numberOf('p'),
  pre: numberOf('pre'),
  rtc: numberOf('rtc'),
  ruby: numberOf('ruby'),
  script: numberOf('script'),
  select: numberOf('select'),
  style: numberOf('style'),
  table: numberOf('table'),
  tbody: numberOf('tbody'),
  td: numberOf('td'),
  template: numberOf('template'),
  textarea: numberOf('textarea'),
  tfoot: numberOf('tfoot'),
  th: numberOf('th'),
  thead: numberOf('thead'),
  time: numberOf('time'),
  title: numberOf('title'),
  tr: numberOf('tr'),
};

export const preformattedTags: ReadonlySet<number> = new Set([...preformattedElements].map(numberOf));

/** The modes of the parser change with the end of these, or a list of it does. */
const endsWithMore = new Set([
  ...words('html head body noscript select table caption colgroup tbody tfoot thead tr td th template form'),
  ...objects,
  ...formatting,
  ...words('a nobr'),
]);
for (let number = 1; number < maxNames; number++) {
  const name = names[number - 1];
  if (name === undefined || !endsWithMore.has(name))
    flagsOf[number] = (flagsOf[number] as number) | endsPlainly;
}

for (let number = 1; number < maxNames; number++) {
  const flags = flagsOf[number] as number;
  if ((flags & (isSeparate | isUnread)) === 0) flagsOf[number] = flags | isInLine;
}

/** Kinds of an open element, and its flags this many bits further left, by the namespace: one look for all. */
export const flagsShift = 16;
export const traitsOf = kindsOf.map((ofNamespace, namespace) =>
  Uint32Array.from(ofNamespace, (kind, number) => {
    const written = flagsOf[number] as number;
    const flags = namespace === html ? written : (written & ~ofHtmlOnly) | endsPlainly | isForeign;
    return kind | (flags << flagsShift);
  }),
);

/** Start tags that open their element in the body and do nothing else, in most places: most of them. */
export const opensAnywhere = 1;
/** As `opensAnywhere`, where no paragraph is open. */
export const opensOutsideParagraph = 2;
/** As `opensOutsideParagraph`, where no item is open in the innermost list either. */
export const opensItem = 3;
/** As `opensAnywhere`, where no formatting element is called so, and kept in the list of those. */
export const opensFormatting = 4;
/** As `opensOutsideParagraph`, where the innermost element is no heading. */
const opensHeading = 5;
/** Cells and rows: the same in a row, or a `tbody`, that is the innermost element. */
export const opensCell = 6;
export const opensRow = 7;
export const simpleStart = new Uint8Array(maxNames);
for (let number = 1; number < maxNames; number++) {
  const isText = ((flagsOf[number] as number) & (isRawText | isEscapableText | dropsLineBreak)) !== 0;
  const rule = startOf[number];
  if (isText || number === tags.image) continue;
  if (rule === starts.anything || rule === starts.leaf) simpleStart[number] = opensAnywhere;
  else if (rule === starts.block) simpleStart[number] = opensOutsideParagraph;
  else if (rule === starts.item) simpleStart[number] = opensItem;
  else if (rule === starts.link || rule === starts.formatting) simpleStart[number] = opensFormatting;
  else if (rule === starts.heading) simpleStart[number] = opensHeading;
}
simpleStart[tags.td] = simpleStart[tags.th] = opensCell;
simpleStart[tags.tr] = opensRow;

function add(table: Uint16Array, name: string, bits: number): void {
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
