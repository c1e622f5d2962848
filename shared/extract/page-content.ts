import { constants } from 'node:buffer';
import type { Document } from 'domhandler';
import { DropError } from '../errors.ts';
import { isBlankBody } from '../fetch/answer/blank-body.ts';
import { essenceOf } from '../fetch/answer/content-type.ts';
import { decompress } from '../fetch/answer/decompress.ts';
import { type DecodedText, decodeJson, decodeText } from '../fetch/charset/charset.ts';
import type { PageKindName } from '../job/page-kinds.ts';
import type { TableOptions } from '../job/table-schema.ts';
import type { Json } from '../model.ts';
import { binaryKindOf } from './body-kind.ts';
import { parseJson } from './json/parse-json.ts';
import { bodyKindOf } from './kinds/body-kind-of.ts';
import type { Records } from './kinds/page-kind.ts';
import { type BodyKind, pageKindOf } from './kinds/page-kinds.ts';
import { type PageBase, resolveBase } from './links/resolve-url.ts';
import { baseReferenceOf, parseDocument } from './tree/document.ts';
import { whyNotWellFormed } from './tree/well-formed.ts';
import type { Page } from './types.ts';
import { unreadableCodeOf } from './unreadable.ts';
import { undefinedNameIn } from './xml/named-characters.ts';

/** A page's body in the forms in which it can be read, each made once on first use. */
export interface PageContent {
  /** The page as it is read: unpacked, and of the type that its rule says. */
  readonly page: Page;
  /** What it is read as. */
  readonly kind: BodyKind;
  /** Is it read by paths, as JSON is, and not by selectors? */
  readonly hasRecords: boolean;
  /** Is it HTML, as far as its type says? */
  readonly isHtml: boolean;
  /** Is it of a kind that is text, as far as its type says? */
  readonly isText: boolean;
  text(): string;
  /** `text()` in UTF-8. */
  utf8(): Uint8Array;
  /** Its encoding, as the Encoding Standard spells it in lower case. */
  charset(): string;
  /** Does its text have U+FFFD for bytes that are no characters of its encoding? */
  isDamaged(): boolean;
  /** Of XML: the first name of a character that it uses and does not define, such as `&nbsp;`. */
  undefinedName(): string | undefined;
  /** Of a page that is read by paths. Throws `unreadableCodeOf` the page. */
  records(): Records;
  /** The value of its records, or the body as JSON. Throws as `records`. */
  json(): Json;
  /** Throws `EXTRACT_FAILED` for images and the like. */
  document(): Document;
  /** The base of the page's references. */
  base(): PageBase;
}

/** What the rule of a page says about how it is read. */
export interface ReadAs {
  as?: PageKindName | undefined;
  table?: TableOptions | undefined;
  /** Of XML that may be a feed: elements are wanted. @default true */
  asksElements?: boolean;
}

const asPage: ReadAs = {};

export function openContent(
  fetched: Page,
  { as, table = {}, asksElements = true }: ReadAs = asPage,
  readBefore?: Records,
): PageContent {
  const unpackedPage = unpacked(fetched);
  const kind = as ?? bodyKindOf(unpackedPage, asksElements);
  const page = as === undefined ? unpackedPage : typedAs(unpackedPage, as);
  const how = pageKindOf(kind);
  const hasRecords = how.form === 'values';
  const isMarkup = how.form === 'elements' || kind === 'feed';
  const decoded = once(() => decode(page, kind));
  const text = () => decoded().text;
  const utf8 = () => decoded().utf8;
  // No standard says what URLs in JSON are encoded in; UTF-8, like the rest of it.
  const charset = () => (hasRecords ? 'utf-8' : (page.documentCharset ?? decoded().charset));
  const isText = kind !== 'other' && !('isBinary' in how);
  const document = once(() => {
    if (!isMarkup) throw failed(page, `is ${essenceOf(page.contentType) || 'text without tags'}, not a page`);
    if (kind === 'html' && page.document !== undefined) return page.document;
    if (kind !== 'xhtml') return parseDocument(text(), kind !== 'html');
    const fault = whyNotWellFormed(text());
    if (fault !== undefined) throw failed(page, `is XHTML by its type, and not well formed: ${fault}`);
    return parseDocument(text(), true);
  });
  const records = once(() => {
    if (readBefore !== undefined) return readBefore;
    if (how.form !== 'values') throw failed(page, `is ${how.what}, which has no paths`);
    return how.read({ page, text, document, table });
  });
  return {
    page,
    kind,
    hasRecords,
    isHtml: kind === 'html',
    isText,
    text,
    utf8,
    charset,
    isDamaged: () => isText && decoded().isDamaged,
    undefinedName: once(() =>
      isMarkup && kind !== 'html' && kind !== 'xhtml' ? undefinedNameIn(text()) : undefined,
    ),
    records,
    json: once(() => (hasRecords ? records().value : parseJson(page, text()))),
    document,
    base: once(() =>
      page.documentBase === undefined
        ? resolveBase(hasRecords || !isMarkup ? undefined : baseReferenceOf(document()), page.url, charset())
        : resolveBase(undefined, page.documentBase, charset()),
    ),
  };
}

/** The page with the type that its rule says it is of, so that it may declare its encoding as such pages do. */
function typedAs(page: Page, as: PageKindName): Page {
  const type = declaring[as];
  if (type === undefined) return page;
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(page.contentType)?.[1];
  return { ...page, contentType: charset === undefined ? type : `${type}; charset=${charset}` };
}

const declaring: { readonly [Kind in PageKindName]?: string } = {
  html: 'text/html',
  xml: 'application/xml',
  feed: 'application/xml',
};

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

function decode(page: Page, kind: BodyKind): DecodedText {
  if (page.body.length > constants.MAX_STRING_LENGTH)
    throw failed(page, `has ${page.body.length} bytes, more than a text can have`);
  const binary = binaryKindOf(page.body);
  if (binary !== undefined)
    throw failed(page, `is ${binary}, though its type is ${page.contentType || 'not said'}`);
  const isJson = kind === 'json' || kind === 'jsonl';
  return (isJson ? decodeJson : decodeText)(page.body, page.contentType);
}

function failed(page: Page, reason: string): DropError {
  return new DropError(unreadableCodeOf(page), `${page.url} ${reason}`);
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
