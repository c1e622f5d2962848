import type { Document } from 'domhandler';
import { DropError } from '../errors.ts';
import { parseExactJson } from '../exact-json.ts';
import { isBlankBody } from '../fetch/answer/blank-body.ts';
import {
  type ContentKind,
  contentKindOf,
  essenceOf,
  holdsTag,
  sniffKind,
} from '../fetch/answer/content-type.ts';
import { decompress } from '../fetch/answer/decompress.ts';
import { type DecodedText, decodeJson, decodeText } from '../fetch/charset/charset.ts';
import type { Json } from '../model.ts';
import { binaryKindOf } from './body-kind.ts';
import { isShallow } from './handlers/plain-json.ts';
import { type PageBase, resolveBase } from './links/resolve-url.ts';
import { baseReferenceOf, parseDocument, parseXhtml } from './tree/document.ts';
import { whyNotWellFormed } from './tree/well-formed.ts';
import type { Page } from './types.ts';

/** A page's body in the forms in which it can be read, each made once on first use. */
export interface PageContent {
  readonly isJson: boolean;
  /** Is it HTML, as far as its type says? */
  readonly isHtml: boolean;
  text(): string;
  /** The same text in UTF-8. */
  utf8(): Uint8Array;
  /** Its encoding, as the Encoding Standard spells it in lower case. */
  charset(): string;
  /** Throws `REST_INVALID` for pages of a REST source, `EXTRACT_FAILED` for others. */
  json(): Json;
  /** Throws `EXTRACT_FAILED` for images and the like. */
  document(): Document;
  /** The base of the page's references. */
  base(): PageBase;
}

export function openContent(fetched: Page): PageContent {
  const page = unpacked(fetched);
  const kind = kindOf(page);
  const isJson = page.kind === 'rest' || kind === 'json';
  const isMarkup = kind === 'html' || kind === 'xhtml' || kind === 'xml';
  const decoded = once(() => decode(page, isJson));
  const text = () => decoded().text;
  const utf8 = () => decoded().utf8;
  // No standard says what URLs in JSON are encoded in; UTF-8, like the rest of it.
  const charset = () => (isJson ? 'utf-8' : decoded().charset);
  const document = once(() => {
    if (!isMarkup) throw failed(page, `is ${essenceOf(page.contentType) || 'text without tags'}, not a page`);
    if (kind !== 'xhtml') return parseDocument(text(), kind === 'xml');
    const fault = whyNotWellFormed(text());
    if (fault !== undefined) throw failed(page, `is XHTML by its type, and not well formed: ${fault}`);
    return parseXhtml(text());
  });
  return {
    isJson,
    isHtml: !isJson && kind === 'html',
    text,
    utf8,
    charset,
    json: once(() => parseJson(page, text())),
    document,
    base: once(() =>
      resolveBase(isJson || !isMarkup ? undefined : baseReferenceOf(document()), page.url, charset()),
    ),
  };
}

/**
 * The kind by the type; if that says nothing, by the first bytes: a body without a type and without a signature is
 * HTML.
 */
function kindOf(page: Page): ContentKind {
  const kind = contentKindOf(page.contentType);
  if (kind !== 'unknown') return kind;
  const isUntyped = essenceOf(page.contentType) === '';
  return sniffKind(page.body) ?? (isUntyped || holdsTag(page.body) ? 'html' : 'text');
}

/** The limit for a gzip within a gzip. */
const maxUnpackedBytes = 52_428_800;

/** A page that was compressed before it was stored, without a header that says so, as browsers also save it. */
function unpacked(page: Page): Page {
  if (page.body[0] !== 0x1f || page.body[1] !== 0x8b) return page;
  const { state, ...rest } = decompress(page.body, 'gzip', maxUnpackedBytes);
  if (!('body' in rest))
    throw failed(page, `is a gzip that is ${state === 'tooLarge' ? 'too large' : 'broken'}`);
  if (isBlankBody(rest.body)) throw new DropError('NO_CONTENT', `${page.url} is a gzip of nothing`);
  const isLabelled = gzipType.test(page.contentType);
  return { ...page, body: rest.body, ...(isLabelled ? { contentType: '' } : {}) };
}

const gzipType = /^\s*application\/(x-)?gzip\b/i;

function decode(page: Page, isJson: boolean): DecodedText {
  const binary = binaryKindOf(page.body);
  if (binary !== undefined)
    throw failed(page, `is ${binary}, though its type is ${page.contentType || 'not said'}`);
  return (isJson ? decodeJson : decodeText)(page.body, page.contentType);
}

function parseJson(page: Page, text: string): Json {
  let value: Json;
  try {
    value = parseExactJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failed(page, `is not JSON${likelyForm(text)}: ${reason}`);
  }
  if (!isShallow(value)) throw failed(page, 'is JSON nested beyond all reason');
  return value;
}

/** What the body is instead, where that can be recognised: a login page, an answer of one value per line. */
function likelyForm(text: string): string {
  if (/^\s*</.test(text)) return ' but HTML or XML';
  const [first = '', second = ''] = text.trimStart().split(/\r?\n/, 2);
  return isJson(first) && /^\s*[[{]/.test(second) ? ' but JSON Lines, one value a line' : '';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function failed(page: Page, reason: string): DropError {
  return new DropError(page.kind === 'rest' ? 'REST_INVALID' : 'EXTRACT_FAILED', `${page.url} ${reason}`);
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
