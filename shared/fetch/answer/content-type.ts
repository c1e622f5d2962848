/**
 * What a Content-Type says that a body is:
 * - `html`, `xml`, `json`, `jsonl`, `csv`, `xlsx`, `pdf`: read as that;
 * - `xhtml`: XML whose elements are those of HTML; `svg`: XML that is an image;
 * - `text`: text without tags, such as Markdown;
 * - `other`: no page at all, such as images, scripts, style sheets, other office documents;
 * - `excel`: a type by which servers send spreadsheets of every format, CSV among them;
 * - `unknown`: a type that says nothing reliable, so that the first bytes decide (`sniffKind`).
 */
export type ContentKind =
  | 'html'
  | 'xhtml'
  | 'xml'
  | 'svg'
  | 'json'
  | 'jsonl'
  | 'csv'
  | 'xlsx'
  | 'pdf'
  | 'excel'
  | 'text'
  | 'other'
  | 'unknown';

const kinds: [RegExp, ContentKind][] = [
  [/^text\/html$/, 'html'],
  [/^application\/([\w.-]+\+)?xhtml\+xml$|^application\/vnd\.wap\.xhtml\+xml$/, 'xhtml'],
  [/^(application|text)\/(x-)?json$|\+json$/, 'json'],
  [/^(application|text)\/(x-)?(jsonl(ines)?|json-?lines|jsonlines|ndjson)$|\+jsonl$/, 'jsonl'],
  [/^(text|application)\/(x-)?(csv|comma-separated-values|tab-separated-values|tsv)$/, 'csv'],
  [
    /^application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.(sheet|template)$|^application\/vnd\.ms-excel\.(sheet|template)\.macroenabled\.12$/,
    'xlsx',
  ],
  [/^(application|text)\/(x-)?pdf$/, 'pdf'],
  [/^application\/(vnd\.ms-excel|msexcel|x-(ms-?)?excel|excel)$/, 'excel'],
  [/^image\/svg\+xml$/, 'svg'],
  [/^(application|text)\/(xml|xsl|xml-dtd|xml-external-parsed-entity)$|\+xml$/, 'xml'],
  // Types that servers send for unknown content; Apache once sent them for everything (MIME Sniffing, 5.1).
  [
    /^text\/plain$|^(application|binary)\/octet-stream$|^(unknown|application)\/(x-)?unknown(-content-type)?$/,
    'unknown',
  ],
  [/^text\/(css|(x-)?(java|ecma|live|j)script[\d.]*)$|^application\/((x-)?(java|ecma)script|wasm)$/, 'other'],
  [/^(image|audio|video|font|model|message|multipart|chemical)\//, 'other'],
  [/^application\/(postscript|rtf|msword|zip|gzip|vnd\..*|ogg|epub\+zip|java-archive)$/, 'other'],
  [
    /^application\/x-(gzip|tar|gtar|7z-compressed|rar(-compressed)?|bzip2?|xz|zstd|iso9660-image|msdownload|msi|shockwave-flash|font-.*|debian-package|rpm|sqlite3|bittorrent|apple-diskimage|executable|sharedlib)$/,
    'other',
  ],
  [/^text\//, 'text'],
];

/** What a header says: read once, since most pages of a site have the same. */
interface ContentType {
  kind: ContentKind;
  charset: string | undefined;
}

const maxKept = 1_000;
const kept = new Map<string, ContentType>();

/**
 * The kind of a header as it was sent; of several types joined by commas, the last valid one (Fetch standard,
 * "extract a MIME type").
 */
export function contentKindOf(contentType: string): ContentKind {
  return readType(contentType).kind;
}

/** The charset of a header as it was sent; of several types, that of the last one that has a charset (same place). */
export function charsetOf(contentType: string): string | undefined {
  return readType(contentType).charset;
}

function readType(contentType: string): ContentType {
  const known = kept.get(contentType);
  if (known !== undefined) return known;
  const essence = essenceOf(contentType);
  const kind = kinds.find(([pattern]) => pattern.test(essence))?.[1] ?? 'unknown';
  const charsets = contentType
    .split(',')
    .flatMap((type) => /;\s*charset\s*=\s*["']?\s*([^\s"';]+)/i.exec(type)?.[1] ?? []);
  const type = { kind, charset: charsets.at(-1) };
  if (kept.size >= maxKept) kept.clear();
  kept.set(contentType, type);
  return type;
}

/** `text/html` of `Text/HTML; charset=utf-8`; empty when the header holds no type. */
export function essenceOf(contentType: string): string {
  const types = contentType
    .split(',')
    .map((part) => part.split(';', 1)[0]?.trim().toLowerCase() ?? '')
    .filter((type) => /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(type) && type !== '*/*');
  return types.at(-1) ?? '';
}

/** The number of bytes that the MIME Sniffing Standard reads ("resource header"). */
const headerBytes = 1_445;
/** The standard's patterns of HTML (7.1, "identifying a resource with an unknown MIME type"), after white space. */
const htmlStart =
  /^[\t\n\f\r ]*<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])/i;
const xmlStart = /^[\t\n\f\r ]*<\?xml/;

/**
 * What the first bytes of a body of `unknown` type are for certain, `html` or `xml`, by the MIME Sniffing
 * Standard. Also used for `text/plain`, which the standard leaves as it is, since raw files are served so. XML
 * whose root is `html` is read as HTML, since no header says that it is XML.
 */
export function sniffKind(body: Uint8Array): 'html' | 'xml' | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, headerBytes));
  // A byte order mark, and the zero bytes of UTF-16, are not part of the text.
  const start = bytes
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '');
  if (htmlStart.test(start)) return 'html';
  if (!xmlStart.test(start)) return undefined;
  return /<(?:!doctype\s+)?html\b/i.test(start) ? 'html' : 'xml';
}

/** Does the body begin with a tag? A body without a reliable type is then read as HTML. */
export function holdsTag(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, headerBytes));
  return /<[!/?a-z]/i.test(bytes.toString('latin1').replaceAll('\0', ''));
}
