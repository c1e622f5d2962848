interface RaisedForm {
  /** The digits 0 to 9 as the element shows them. */
  digits: string;
  /** May white space stand between them and the digits beside them? */
  isLoose: boolean;
  /** Are they none of the page's number, so that neither a mark nor white space joins them to others? */
  isApart?: true;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const forms: Record<string, RaisedForm> = {
  '\ufdd0': { digits: superscripts, isLoose: true },
  '\ufdd1': { digits: '₀₁₂₃₄₅₆₇₈₉', isLoose: true },
  '\ufdd2': { digits: superscripts, isLoose: false },
  '\ufdd6': { digits: superscripts, isLoose: false, isApart: true },
};

/** The mark before what is in an element that is struck, hidden, or not shown beside what it stands in for. */
export const apartStart = '\ufdd6';

/** Elements that browsers show nothing of, or small above the text (HTML Standard, 15.3 and 15.4). Texts of XPath have scripts and styles. */
const unshown =
  'noscript datalist rp rt audio video canvas object iframe noembed noframes script style'.split(' ');

/**
 * Elements whose digits stand higher, lower or smaller than those beside them or are struck, so that both are no one number, and the mark before
 * what is in them. The marks are noncharacters of Unicode, which no text is meant to have.
 */
export const raisedElements: ReadonlyMap<string, string> = new Map([
  ['sup', '\ufdd0'],
  ['sub', '\ufdd1'],
  ['small', '\ufdd2'],
  ...['del', 's', 'strike', ...unshown].map((name) => [name, apartStart] as const),
]);
/** The mark behind what is in either. */
export const raisedEnd = '\ufdd3';

/** The mark where another element of a line begins or ends. */
export const inLine = '\ufdd5';

/** The mark where a block begins or ends, or a line. */
export const blockEdge = '\ufdd4';

/** The mark where what is apart begins or ends, once its digits are raised. */
const apartEdge = '\ufdd7';

const anyMark = /[\ufdd0-\ufdd7]/;
/** A page may have noncharacters of its own. */
const startOrEnd = /^[\ufdd0-\ufdd3\ufdd6]$/;
const anyStart = /[\ufdd0-\ufdd2\ufdd6]/;
const anyRaised = /[⁰¹²³⁴-⁹₀-₉]/u;
/** A digit, or the currency of an amount: what a raised digit may stand behind that is part of no word, no unit and no fraction. */
const amountEnd = /(?:[\p{Nd}⁰¹²³⁴-⁹₀-₉]|\p{Nd}\s*\p{Sc})(\s*)$/u;
const digitStart = /^(\s*)\p{Nd}/u;
/** A number of a text whose last digits are raised: its usual digits and their marks. */
const beforeRaised = /\p{Nd}[\p{Nd}.,'’\s]*(?=[⁰¹²³⁴-⁹₀-₉])/gu;
/** As much text beside a raised element is looked at, so that no page costs more than its length. */
const maxBesideChars = 256;

/**
 * A text in which raised elements are marked, with digits that stand directly at other digits as superscripts and subscripts of Unicode:
 * `19<sup>99</sup>` is `19⁹⁹`. All else stays: `m<sup>2</sup>` is `m2`. `keepsApart`: a
 * sign stands between the numbers of two blocks, whose white space groups no thousands, and another one (`elementGap`) between those of two
 * elements of a line, whose white space may.
 */
export function raiseDigits(marked: string, keepsApart: boolean): string {
  return anyMark.test(marked) ? withGaps(joinRaised(marked), keepsApart).replaceAll(blockEdge, ' ') : marked;
}

/** As `raiseDigits`, for a text in which blocks are separated by nothing but a gap between their digits. */
export function raiseInside(marked: string, keepsApart: boolean): string {
  if (!anyMark.test(marked)) return marked;
  const raised = joinRaised(marked).replace(betweenNumbers, (gap) =>
    gap.includes(blockEdge) ? `${gap} ` : gap,
  );
  return withGaps(raised, keepsApart).replaceAll(blockEdge, '');
}

function joinRaised(marked: string): string {
  if (!anyStart.test(marked)) return marked;
  let before = '';
  const parts = splitAtMarks(marked).map(({ text, form, behind, edge }) => {
    const raised = form === undefined ? text : raiseEnds(text, form, before, behind);
    before = `${before}${raised}`.slice(-maxBesideChars);
    return edge ?? raised;
  });
  return parts.join('');
}

function withGaps(raised: string, keepsApart: boolean): string {
  const kept = keepsApart && mayJoin.test(raised) ? raised.replace(betweenNumbers, separate) : raised;
  return kept.replaceAll(inLine, '').replaceAll(apartEdge, '');
}

/** As `betweenNumbers`, and found faster. */
const mayJoin = /\p{Nd}[\s\ufdd4\ufdd5\ufdd7]+\p{Nd}/u;
const betweenNumbers = /(?<=\p{Nd})[\s\ufdd4\ufdd5\ufdd7]+(?=\p{Nd})/gu;

function separate(gap: string): string {
  if (gap.includes(blockEdge)) return ' | ';
  if (!/\s/u.test(gap)) return gap;
  if (gap.includes(apartEdge)) return ' | ';
  return gap.includes(inLine) ? elementGap : gap;
}

/** Between two numbers with white space between the elements of one line that they stand in. */
export const elementGap = ' ¦ ';

interface Part {
  text: string;
  /** `undefined` for text that is not raised. */
  form: RaisedForm | undefined;
  /** The text behind it. */
  behind: string;
  /** The mark of an edge, of which that of a block is white space to what is beside it, and another nothing. */
  edge?: string;
}

function splitAtMarks(marked: string): Part[] {
  const open: (RaisedForm | undefined)[] = [];
  const parts: Part[] = [];
  const addEdge = (edge: string) =>
    parts.push({ text: edge === blockEdge ? ' ' : '', form: undefined, behind: '', edge });
  for (const piece of marked.split(/([\ufdd0-\ufdd6])/)) {
    if (piece === blockEdge || piece === inLine) addEdge(piece);
    else if (startOrEnd.test(piece)) {
      const form = piece === raisedEnd ? open.pop() : forms[piece];
      if (piece !== raisedEnd) open.push(form);
      addEdge(form?.isApart ? apartEdge : inLine);
    } else if (piece !== '') parts.push({ text: piece, form: open.at(-1), behind: '' });
  }
  let behind = '';
  for (const part of parts.toReversed()) {
    part.behind = behind;
    behind = `${part.text.slice(0, maxBesideChars)}${behind}`.slice(0, maxBesideChars);
  }
  return parts;
}

/** With the digits raised that it begins or ends with, where there are others beside them. */
function raiseEnds(text: string, form: RaisedForm, before: string, behind: string): string {
  const { isLoose } = form;
  const raise = (run: string) => run.replace(/\p{Nd}/gu, (one) => form.digits[asciiValue(one)] ?? one);
  if (form.isApart) return raiseApart(text, raise, before, behind);
  const isAt = (gap: string | undefined) => gap !== undefined && (isLoose || gap === '');
  const first = isLoose ? /^\s*\p{Nd}+/u : /^\p{Nd}+/u;
  const last = isLoose ? /(?<![\p{Nd}.,])\p{Nd}+(?=\s*$)/u : /(?<![\p{Nd}.,])\p{Nd}+$/u;
  const begun = isAt(amountEnd.exec(before)?.[1]) ? text.replace(first, raise) : text;
  return isAt(digitStart.exec(behind)?.[1]) ? begun.replace(last, raise) : begun;
}

/** Marks join digits as well, on either side of the edge, and a sign belongs to those behind it. */
function raiseApart(text: string, raise: (run: string) => string, before: string, behind: string): string {
  const begun = markedEnd.test(before) ? text.replace(/^(?:[.,'’/:-]\s*)?\p{Nd}+/u, raise) : text;
  if (!/^(?:[.,'’/:-]\s*)?\p{Nd}/u.test(behind)) return begun;
  const ended = begun.replace(/(?<!\p{Nd})\p{Nd}+(?=(?:[.,'’/:-]\s*)?$)/u, raise);
  return markedEnd.test(before) ? ended : ended.replace(/[-−]$/u, '⁻');
}

/** As `amountEnd`, with a mark. */
const markedEnd = /(?:[\p{Nd}⁰¹²³⁴-⁹₀-₉](?:[.,'’/:-]\s*)?|\p{Nd}\s?\p{Sc})$/u;

/** Digits of a script follow one another in Unicode, in tens. */
function asciiValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return value % 10;
}

/**
 * Is the value a number of the text without the raised digits behind it, such as 10 of `10⁶`? A regular expression or a step may have
 * torn them apart.
 */
export function isTorn(text: string, value: unknown): boolean {
  if (!anyRaised.test(text)) return false;
  const digitsIn = (part: unknown) =>
    String(part)
      .replace(/\P{Nd}/gu, '')
      .replace(/\p{Nd}/gu, (one) => String(asciiValue(one)));
  const numbers = new Set((text.match(beforeRaised) ?? []).map(digitsIn));
  return numbersOf(value).some((one) => numbers.has(digitsIn(one)));
}

function numbersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  if (typeof value === 'object' && value !== null) return 'value' in value ? [value.value] : [];
  return [value];
}
