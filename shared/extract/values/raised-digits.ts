interface RaisedForm {
  /** The digits 0 to 9 as the element shows them. */
  digits: string;
  /** May white space stand between them and the digits beside them? */
  isLoose: boolean;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const forms: Record<string, RaisedForm> = {
  '\ufdd0': { digits: superscripts, isLoose: true },
  '\ufdd1': { digits: '₀₁₂₃₄₅₆₇₈₉', isLoose: true },
  '\ufdd2': { digits: superscripts, isLoose: false },
};

/**
 * Elements whose digits stand higher, lower or smaller than those beside them or are struck, so that both are no one number, and the mark before
 * what is in them. The marks are noncharacters of Unicode, which no text is meant to have.
 */
export const raisedElements: ReadonlyMap<string, string> = new Map([
  ['sup', '\ufdd0'],
  ['sub', '\ufdd1'],
  ['small', '\ufdd2'],
  ['del', '\ufdd2'],
  ['s', '\ufdd2'],
  ['strike', '\ufdd2'],
]);
/** The mark before what is in an element that hides it. */
export const hiddenStart = '\ufdd2';
/** The mark behind what is in either. */
export const raisedEnd = '\ufdd3';

/** The mark where another element of a line begins or ends. */
export const inLine = '\ufdd5';

/** The mark where a block begins or ends, or a line. */
export const blockEdge = '\ufdd4';

const anyMark = /[\ufdd0-\ufdd5]/;
const anyStart = /[\ufdd0-\ufdd2]/;
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
  const parts = splitAtMarks(marked).map(({ text, form, behind, isEdge }) => {
    const raised = form === undefined ? text : raiseEnds(text, form, before, behind);
    before = `${before}${raised}`.slice(-maxBesideChars);
    return isEdge ? (text === '' ? inLine : blockEdge) : raised;
  });
  return parts.join('');
}

function withGaps(raised: string, keepsApart: boolean): string {
  const kept = keepsApart && mayJoin.test(raised) ? raised.replace(betweenNumbers, separate) : raised;
  return kept.replaceAll(inLine, '');
}

/** As `betweenNumbers`, and found faster. */
const mayJoin = /\p{Nd}[\s\ufdd4\ufdd5]+\p{Nd}/u;
const betweenNumbers = /(?<=\p{Nd})[\s\ufdd4\ufdd5]+(?=\p{Nd})/gu;

function separate(gap: string): string {
  if (gap.includes(blockEdge)) return ' | ';
  return /\s/u.test(gap) && gap.includes(inLine) ? elementGap : gap;
}

/** Between two numbers with white space between the elements of one line that they stand in. */
export const elementGap = ' ¦ ';

interface Part {
  text: string;
  /** `undefined` for text that is not raised. */
  form: RaisedForm | undefined;
  /** The text behind it. */
  behind: string;
  /** Of the edge of a block, which is white space to what is beside it, or of an element of a line, which is nothing. */
  isEdge: boolean;
}

function splitAtMarks(marked: string): Part[] {
  const open: (RaisedForm | undefined)[] = [];
  const parts: Part[] = [];
  const edge = (text: string) => parts.push({ text, form: undefined, behind: '', isEdge: true });
  for (const piece of marked.split(/([\ufdd0-\ufdd5])/)) {
    if (piece === blockEdge) edge(' ');
    else if (anyMark.test(piece)) {
      if (piece === raisedEnd) open.pop();
      else if (piece !== inLine) open.push(forms[piece]);
      edge('');
    } else if (piece !== '') parts.push({ text: piece, form: open.at(-1), behind: '', isEdge: false });
  }
  let behind = '';
  for (const part of parts.toReversed()) {
    part.behind = behind;
    behind = `${part.text.slice(0, maxBesideChars)}${behind}`.slice(0, maxBesideChars);
  }
  return parts;
}

/** With the digits raised that it begins or ends with, where there are others beside them. */
function raiseEnds(text: string, { digits, isLoose }: RaisedForm, before: string, behind: string): string {
  const raise = (run: string) => run.replace(/\p{Nd}/gu, (one) => digits[asciiValue(one)] ?? one);
  const isAt = (gap: string | undefined) => gap !== undefined && (isLoose || gap === '');
  const first = isLoose ? /^\s*\p{Nd}+/u : /^\p{Nd}+/u;
  const last = isLoose ? /(?<![\p{Nd}.,])\p{Nd}+(?=\s*$)/u : /(?<![\p{Nd}.,])\p{Nd}+$/u;
  const begun = isAt(amountEnd.exec(before)?.[1]) ? text.replace(first, raise) : text;
  return isAt(digitStart.exec(behind)?.[1]) ? begun.replace(last, raise) : begun;
}

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
