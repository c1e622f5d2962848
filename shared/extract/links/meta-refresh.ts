import { decodeHTMLAttribute } from 'entities/decode';
import { contentKindOf, essenceOf } from '../../fetch/answer/content-type.ts';
import { findTag } from '../../fetch/charset/scan-tags.ts';

/** A page with a longer delay is meant to be read, so it is a page and no redirect. */
const maxDelayS = 30;

/** The part of a page that is searched for a refresh: it stands in the head. */
const headBytes = 16_384;

/** The target of a page that redirects by itself. */
export interface Refresh {
  /** Absolute. */
  url: string;
  delayS: number;
}

/**
 * The target of a Refresh header or of `<meta http-equiv=refresh>`, at the pace of a redirect: the first
 * within the head counts, but not one for browsers without scripts (HTML standard, "shared declarative
 * refresh steps"). `undefined` when there is none.
 */
export function refreshOf(
  page: { url: string; body: Uint8Array },
  headers: Record<string, string>,
): Refresh | undefined {
  const header = headers['refresh'];
  const refresh = header === undefined ? undefined : parseRefresh(header);
  if (refresh !== undefined) return resolve(refresh, page.url, page.url);
  const type = headers['content-type'] ?? '';
  const kind = contentKindOf(type);
  // Browsers parse tags only in documents of these types.
  const isMarkup =
    kind === 'html' || kind === 'xhtml' || (kind === 'unknown' && essenceOf(type) !== 'text/plain');
  if (!isMarkup) return undefined;
  const head = Buffer.from(page.body.buffer, page.body.byteOffset, Math.min(page.body.length, headBytes));
  return mayRefresh(head) ? refreshIn(head.toString('latin1'), page.url) : undefined;
}

/** The number of bytes around `http-equiv` in which the tag's other attributes are expected. */
const nearbyBytes = 2_048;

/**
 * The end of `http-equiv`. The search, which rules out nearly every page, goes from one first character to the next: `q`
 * is rare, whereas styles are full of `-`.
 */
const endsOfName = ['quiv', 'QUIV'];

function mayRefresh(head: Buffer): boolean {
  return endsOfName.some((needle) => {
    for (let at = head.indexOf(needle); at !== -1; at = head.indexOf(needle, at + 1)) {
      const nearby = head.toString('latin1', Math.max(0, at - nearbyBytes), at + nearbyBytes);
      if (/refresh/i.test(nearby)) return true;
    }
    return false;
  });
}

function refreshIn(markup: string, url: string): Refresh | undefined {
  let base = url;
  let isTemplate = false;
  const refresh = findTag(markup, true, (name, attributes) => {
    isTemplate ||= name === 'template';
    if (name === 'base') base = URL.parse(valueIn(attributes, 'href'), url)?.href ?? base;
    if (name !== 'meta' || isTemplate) return undefined;
    const isRefresh = valueIn(attributes, 'http-equiv').toLowerCase() === 'refresh';
    return isRefresh ? parseRefresh(valueIn(attributes, 'content')) : undefined;
  });
  return refresh === undefined ? undefined : resolve(refresh, base, url);
}

/** The tag is found in Latin-1, in which each byte is one character; its values are UTF-8 in nearly all pages. */
function valueIn(attributes: Map<string, string>, name: string): string {
  return decodeHTMLAttribute(Buffer.from(attributes.get(name) ?? '', 'latin1').toString('utf8')).trim();
}

interface RefreshTarget {
  delayS: number;
  /** Absent: the page itself. */
  reference?: string;
}

function parseRefresh(content: string): RefreshTarget | undefined {
  const found = /^(\d*)(?:\.[\d.]*)?(?:$|[\s;,](.*)$)/s.exec(content.trim());
  if (found === null || !/^\s*[\d.]/.test(content)) return undefined;
  const [, seconds = '', separated = ''] = found;
  const rest = separated.trimStart().replace(/^[;,]\s*/, '');
  const named = /^u\s*r\s*l\s*=\s*(.*)$/is.exec(rest)?.[1] ?? rest;
  const quote = named[0] === '"' || named[0] === "'" ? named[0] : undefined;
  const reference = quote === undefined ? named : (named.slice(1).split(quote, 1)[0] ?? '');
  return { delayS: Number(seconds), ...(reference.trim() === '' ? {} : { reference: reference.trim() }) };
}

function resolve({ delayS, reference }: RefreshTarget, base: string, url: string): Refresh | undefined {
  const target = reference === undefined ? URL.parse(url) : URL.parse(reference, base);
  if (delayS > maxDelayS || target === null || !/^https?:$/.test(target.protocol)) return undefined;
  const isWithinPage = target.hash !== '';
  target.hash = '';
  // A browser only scrolls to a fragment (HTML Standard, "navigate").
  if (isWithinPage && target.href === url) return undefined;
  return { url: target.href, delayS };
}
