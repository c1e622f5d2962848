import { decodeText, unpack } from './body-text.ts';
import { type ReportEntry, SitemapParser } from './sitemap-parser.ts';

export interface SitemapEntry {
  /** Absolute. */
  url: string;
  lastmod?: string;
}

export interface SitemapFile {
  kind: 'pages' | 'index' | 'unknown';
  entries: SitemapEntry[];
  invalid: { url: string; message: string }[];
  /** Further ones, which are only counted. */
  otherInvalid: number;
  /** Why the file was not read whole, or is no sitemap. */
  problem?: string;
}

/** The protocol's limits (https://www.sitemaps.org/protocol.html). */
const maxEntries = 50_000;
const maxBytes = 52_428_800;
/** Enough to see what is wrong with a file, little enough to keep. */
const maxInvalid = 100;

/**
 * Reads a sitemap's bytes, gzip by its magic number or plain, as a stream: neither the text nor a tree
 * of it is held. `unknown` when nothing usable is in it.
 */
export async function readSitemap(body: Uint8Array, baseUrl: string): Promise<SitemapFile> {
  const file: SitemapFile = { kind: 'unknown', entries: [], invalid: [], otherInvalid: 0 };
  const collect = collector(file, baseUrl);
  let reader: SitemapParser | TextList | undefined;
  try {
    for await (const text of decodeText(limitBytes(unpack(body), file))) {
      reader ??= startReader(text, collect);
      reader?.write(text);
      if (reader?.isDone || file.entries.length > maxEntries) break;
    }
    if (file.entries.length <= maxEntries) reader?.end();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    file.problem = 'ends early or is corrupt';
  }
  return conclude(file, reader);
}

function startReader(text: string, collect: ReportEntry): SitemapParser | TextList | undefined {
  const first = text.trimStart()[0];
  if (first === undefined) return undefined;
  return first === '<' ? new SitemapParser(collect) : new TextList(collect);
}

function conclude(file: SitemapFile, reader: SitemapParser | TextList | undefined): SitemapFile {
  file.kind = reader?.kind ?? 'unknown';
  if (file.entries.length > maxEntries) {
    file.entries.length = maxEntries;
    file.problem = `has more than ${maxEntries} entries; the rest was not read`;
  }
  const problem = file.problem ?? reader?.problem;
  if (problem !== undefined) file.problem = problem;
  // An empty urlset is a sitemap; a broken one without a URL, or text without one, is not.
  const isUseless = file.entries.length === 0 && (file.problem !== undefined || reader instanceof TextList);
  if (isUseless) file.kind = 'unknown';
  return file;
}

function collector(file: SitemapFile, baseUrl: string): ReportEntry {
  return (target, lastmod, bases = []) => {
    const base = bases.reduce((outer, own) => URL.parse(own, outer)?.href ?? outer, baseUrl);
    // The protocol wants absolute URLs; many sites write paths.
    const url = URL.parse(target, base);
    if (url !== null && target !== '' && /^https?:$/.test(url.protocol)) {
      file.entries.push(lastmod === undefined ? { url: url.href } : { url: url.href, lastmod });
    } else if (file.invalid.length < maxInvalid) {
      file.invalid.push({ url: target.slice(0, 200), message: 'not an http or https URL' });
    } else {
      file.otherInvalid += 1;
    }
  };
}

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, file: SitemapFile): AsyncGenerator<Uint8Array> {
  let left = maxBytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left >= 0) continue;
    file.problem = `is larger than ${maxBytes} bytes; the rest was not read`;
    return;
  }
}

function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_|^ERR_/.test(String(error.code));
}

/** One URL a line. Only absolute URLs count: any prose would do otherwise. */
class TextList {
  readonly kind = 'pages';
  readonly isDone = false;
  readonly problem: string | undefined = undefined;
  readonly #collect: ReportEntry;
  #tail = '';

  constructor(collect: ReportEntry) {
    this.#collect = collect;
  }

  write(text: string): void {
    const lines = (this.#tail + text).split(/\r\n?|\n/);
    // Longer than any URL: what is kept is enough to be refused.
    this.#tail = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) this.#take(line);
  }

  end(): void {
    this.#take(this.#tail);
  }

  #take(text: string): void {
    // What follows a tab is another column of a spreadsheet.
    const line = text.trim().split('\t', 1)[0]?.trim() ?? '';
    if (line === '') return;
    const isAbsolute = /^https?:\/\//i.test(line) && line.length <= 8_192;
    this.#collect(isAbsolute ? line : `invalid:${line}`);
  }
}
