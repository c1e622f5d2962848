import { isAscii, isUtf8 } from 'node:buffer';
import { type ContentKind, charsetOf, contentKindOf, essenceOf } from '../answer/content-type.ts';
import { declaredLabel, earlyLabel, prescanLength, xmlLabel } from './meta-charset.ts';
import { loadDecoders } from './web-decoders.cjs';

const fallback = 'windows-1252';

export interface DecodedText {
  /** Made when it is asked for. */
  readonly text: string;
  /** The text in UTF-8, without a byte order mark: a part of the body where that is UTF-8, which is then not decoded. */
  readonly utf8: Uint8Array;
  /** Name of the encoding used, as the WHATWG Encoding Standard spells it in lower case. */
  readonly charset: string;
  /** Were there bytes that are no characters of the encoding, which are U+FFFD in the text? */
  readonly isDamaged: boolean;
}

/**
 * Decodes a page as browsers do (HTML standard, 13.2.3): byte order mark, charset of the Content-Type header, what
 * the page declares (`meta-charset.ts`); without any of them UTF-8, unless the bytes are clearly not UTF-8, then
 * windows-1252. Each byte that the encoding does not define becomes U+FFFD.
 * Two exceptions, both only where the header is certainly wrong: bytes that are no text in the header's encoding
 * are read in the one that the page declares; and where the header says ISO-8859-1, as some servers do for every
 * page, a page that declares UTF-8 and is valid UTF-8 is read as that. Never throws.
 */
export function decodeText(body: Uint8Array, contentType: string): DecodedText {
  const marked = markOf(body);
  if (marked !== undefined) return decodeAs(body, marked);
  const header = canonicalName(charsetOf(contentType));
  if (header === 'utf-8') {
    const utf8 = validUtf8(body);
    if (utf8 !== undefined) return new Utf8Text(utf8);
  }
  if (header === 'replacement') return decodeReplaced(body);
  if (header !== undefined) return decodeByHeader(body, header, contentType);
  const declared = declaredIn(body, contentType);
  return declared === undefined ? decodeUndeclared(body) : decodeAs(body, declared);
}

/** JSON is UTF-8 (RFC 8259 §8.1), whatever a header says; the header is used only where the bytes are not UTF-8. */
export function decodeJson(body: Uint8Array, contentType: string): DecodedText {
  const marked = markOf(body);
  if (marked !== undefined) return decodeAs(body, marked);
  const utf8 = validUtf8(body);
  if (utf8 !== undefined) return new Utf8Text(utf8);
  return decodeAs(body, canonicalName(charsetOf(contentType)) ?? 'utf-8');
}

/** A decoder of the Encoding Standard for text that arrives in parts; UTF-8 for labels that name no encoding. */
export function openDecoder(label: string): {
  decode(part?: Uint8Array, options?: { stream?: boolean }): string;
} {
  const name = canonicalName(label) ?? 'utf-8';
  const { TextDecoder: WebDecoder } = loadDecoders();
  return isOfNode(name) ? new TextDecoder(name) : new WebDecoder(name === 'replacement' ? 'utf-8' : name);
}

export function markOf(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : undefined;
}

function decodeByHeader(body: Uint8Array, header: string, contentType: string): DecodedText {
  const isBlanketDefault = header === fallback;
  const decoded = decodeAs(body, header);
  if (!isBlanketDefault && !decoded.text.includes('\uFFFD')) return decoded;
  const declared = declaredIn(body, contentType);
  const utf8 = isBlanketDefault && declared !== 'utf-8' ? undefined : validUtf8(body);
  if (utf8 !== undefined) return new Utf8Text(utf8);
  const isElsewhere = declared !== undefined && declared !== header && isNoText(decoded.text);
  return isElsewhere ? decodeAs(body, declared) : decoded;
}

function decodeUndeclared(body: Uint8Array): DecodedText {
  const utf8 = validUtf8(body);
  if (utf8 !== undefined) return new Utf8Text(utf8);
  const lossy = decodeAs(body, 'utf-8');
  return isNoText(lossy.text) ? decodeAs(body, fallback) : lossy;
}

/** Of the characters beyond ASCII, at least as many are wrong as are right. */
function isNoText(text: string): boolean {
  const wrong = text.match(/\uFFFD/g)?.length ?? 0;
  const foreign = text.match(/[\u0080-\u{10FFFF}]/gu)?.length ?? 0;
  return wrong > 0 && 2 * wrong >= foreign;
}

/** Kinds of bodies that may declare their encoding. */
const markupKinds: ReadonlySet<ContentKind> = new Set(['html', 'xhtml', 'xml', 'svg', 'unknown']);

function declaredIn(body: Uint8Array, contentType: string): string | undefined {
  const kind = contentKindOf(contentType);
  // In text that is not markup, a declaration is only text.
  const mayDeclare = markupKinds.has(kind) && essenceOf(contentType) !== 'text/plain';
  if (!mayDeclare) return undefined;
  const wide = wideXml(body);
  if (wide !== undefined) return wide;
  const isKnown = (label: string) => canonicalName(label) !== undefined;
  const label =
    kind === 'xml' || kind === 'xhtml' || kind === 'svg'
      ? xmlLabel(asLatin1(body, body.length), isKnown)
      : (earlyLabel(asLatin1(body, prescanLength), isKnown) ??
        declaredLabel(asLatin1(body, body.length), isKnown));
  const charset = canonicalName(label);
  // Text whose declaration could be read as ASCII is not UTF-16 (HTML standard, "prescan a byte stream").
  if (charset?.startsWith('utf-16')) return 'utf-8';
  return charset === 'x-user-defined' ? fallback : charset;
}

function asLatin1(body: Uint8Array, length: number): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, length)).toString('latin1');
}

/** `<?x` in UTF-16, without a byte order mark. */
function wideXml(body: Uint8Array): string | undefined {
  if (body[0] !== 0 && body[1] !== 0) return undefined;
  const start = asLatin1(body, 6);
  if (start === '<\0?\0x\0') return 'utf-16le';
  return start === '\0<\0?\0x' ? 'utf-16be' : undefined;
}

/** `undefined` for labels that the Encoding Standard does not know. */
function canonicalName(label: string | undefined): string | undefined {
  if (label === undefined || label === 'utf-8') return label;
  return /^utf-?8$/i.test(label) ? 'utf-8' : (loadDecoders().normalizeEncoding(label) ?? undefined);
}

/** The encodings that Node decodes as the web does. */
function isOfNode(charset: string): boolean {
  return charset === 'utf-8' || charset.startsWith('utf-16');
}

function decodeAs(body: Uint8Array, charset: string): DecodedText {
  const utf8 = charset === 'utf-8' ? validUtf8(body) : undefined;
  if (utf8 !== undefined) return new Utf8Text(utf8);
  if (charset === 'replacement') return decodeReplaced(body);
  const { TextDecoder: WebDecoder } = loadDecoders();
  const decoder = isOfNode(charset) ? new TextDecoder(charset) : new WebDecoder(charset);
  return new OtherText(decoder.decode(body), charset);
}

/** Encodings that the standard refuses to decode; they have 7 bits, so that UTF-8 cannot be mistaken for them. */
function decodeReplaced(body: Uint8Array): DecodedText {
  const utf8 = isAscii(body) ? undefined : validUtf8(body);
  return utf8 === undefined
    ? new OtherText(body.length === 0 ? '' : '\uFFFD', 'replacement')
    : new Utf8Text(utf8);
}

class Utf8Text implements DecodedText {
  readonly charset = 'utf-8';
  readonly isDamaged = false;
  readonly utf8: Uint8Array;
  #text: string | undefined;

  constructor(utf8: Uint8Array) {
    this.utf8 = utf8;
  }

  get text(): string {
    this.#text ??= textOf(this.utf8);
    return this.#text;
  }
}

class OtherText implements DecodedText {
  readonly text: string;
  readonly charset: string;

  constructor(text: string, charset: string) {
    this.text = text;
    this.charset = charset;
  }

  get utf8(): Uint8Array {
    return Buffer.from(this.text, 'utf8');
  }

  get isDamaged(): boolean {
    return this.text.includes('\uFFFD');
  }
}

/** The bytes without a byte order mark, which is not part of the text; `undefined` when they are not valid UTF-8. */
function validUtf8(body: Uint8Array): Uint8Array | undefined {
  if (!isUtf8(body)) return undefined;
  return markOf(body) === 'utf-8' ? body.subarray(3) : body;
}

function textOf(utf8: Uint8Array): string {
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length);
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}
