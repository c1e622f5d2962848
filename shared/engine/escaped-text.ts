/** Texts with a character for each byte; in `bytes`, characters beyond ASCII are UTF-8 or Latin-1. */
export type ByteForm = 'bytes' | 'utf16le' | 'utf16be';
type Form = 'text' | ByteForm;

/** A text in all the ways in which encoders of addresses, forms, JSON, scripts and markup may write it, one or two in a row. */
export interface EscapedText {
  replaceIn(whole: string, by: string, form: Form): string;
}

/** No usual encoder writes them in another way. */
const plain = /^[A-Za-z0-9]+$/;

/** Shorter runs of letters and digits are in most pages, so that it would gain nothing to look for them first. */
const minAnchorChars = 3;

/** `undefined` for a text that all encoders leave as it is. */
export function escapedText(text: string): EscapedText | undefined {
  if (plain.test(text)) return undefined;
  const patterns: Partial<Record<Form, RegExp>> = {};
  const anchor = (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  return {
    replaceIn(whole, by, form) {
      // Most pages have none of it, and to make a pattern takes longer than to look.
      if (anchor.length >= minAnchorChars && !whole.includes(spell(anchor, form))) return whole;
      patterns[form] ??= new RegExp(
        tokensOf(text)
          .map((token) => patternOf(token, form))
          .join(''),
        'g',
      );
      return whole.replace(patterns[form], () => by);
    },
  };
}

/** A run of backslashes is one, since each by itself would make a pattern that tries all ways to divide it. */
function tokensOf(text: string): string[] {
  return text.match(/\\+|[A-Za-z0-9]+|[\s\S]/gu) ?? [];
}

function patternOf(token: string, form: Form): string {
  if (plain.test(token)) return spell(token, form);
  const { length } = token;
  if (token.startsWith('\\')) {
    const coded = anyOf(
      [...waysOf(token[0] ?? '')].filter((way) => !/^\\+$/.test(way)),
      form,
    );
    return `(?:(?:${anyOf(['\\'], form)}){${length},${4 * length}}|(?:${coded}){${length}})`;
  }
  const latin1 = form === 'bytes' && token > '\x7f' && token <= '\xff' ? `|${token}` : '';
  const ways = anyOf(waysOf(token), form) + latin1;
  // Parsers of addresses drop these (WHATWG URL §4.4), and forms write a line feed with a carriage return.
  return /[\n\r\t]/.test(token) ? `(?:${anyOf(['\r\n'], form)}|${ways})?` : `(?:${ways})`;
}

/** The longest first, since some begin with others. */
function anyOf(ways: Iterable<string>, form: Form): string {
  const longestFirst = [...ways].sort((a, b) => b.length - a.length);
  return longestFirst.map((way) => spell(way, form).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
}

/** A text as it stands in one of the forms. */
export function spell(text: string, form: Form): string {
  if (form === 'text') return text;
  if (form === 'bytes') return Buffer.from(text).toString('latin1');
  const bytes = Buffer.from(text, 'utf16le');
  return (form === 'utf16le' ? bytes : bytes.swap16()).toString('latin1');
}

function waysOf(character: string): Set<string> {
  const once = [...inAddress(character), ...inScript(character), ...inMarkup(character)];
  return new Set([character, ...once, ...[character, ...once].flatMap(writtenAgain)]);
}

function inAddress(character: string): string[] {
  const percent = [...Buffer.from(character)].map((byte) => `%${hex(byte, 2)}`).join('');
  return [percent, percent.toUpperCase(), ...(character === ' ' ? ['+'] : [])];
}

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function inScript(character: string): string[] {
  const units = Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index), 4));
  const unicode = [units, units.map((unit) => unit.toUpperCase())].map((all) =>
    all.map((unit) => `\\u${unit}`).join(''),
  );
  const byte = character <= '\xff' ? hex(character.charCodeAt(0), 2) : undefined;
  const short = byte === undefined ? [] : [`\\x${byte}`, `\\x${byte.toUpperCase()}`];
  const escaped = /^[!-~]$/.test(character) ? [`\\${character}`] : [];
  return [...unicode, ...short, ...escaped, ...(named[character] === undefined ? [] : [named[character]])];
}

const entities: Record<string, string> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  ß: 'szlig',
};

/** Names of marks in those of letters: `ö` is `&ouml;`. */
const marks: Record<string, string> = {
  ...{ '\u0300': 'grave', '\u0301': 'acute', '\u0302': 'circ', '\u0303': 'tilde' },
  ...{ '\u0308': 'uml', '\u030a': 'ring', '\u030c': 'caron', '\u0327': 'cedil' },
};

function inMarkup(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const digits = [
    `${code}`,
    `0${code}`,
    `x${hex(code)}`,
    `x${hex(code).toUpperCase()}`,
    `X${hex(code).toUpperCase()}`,
  ];
  const [letter = '', mark = ''] = character.normalize('NFD');
  const name = entities[character] ?? (marks[mark] && `${letter}${marks[mark]}`);
  return [...digits.map((digit) => `&#${digit};`), ...(name === undefined ? [] : [`&${name};`])];
}

function hex(value: number, digits = 0): string {
  return value.toString(16).padStart(digits, '0');
}

/** What an encoder makes of what another one has written. */
function writtenAgain(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  const inMarkup = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
  const inQuery = text.isWellFormed() ? [encodeURIComponent(text)] : [];
  return [...inQuery, text.replaceAll('%', '%25'), inJson, inJson.replaceAll('/', '\\/'), inMarkup];
}
