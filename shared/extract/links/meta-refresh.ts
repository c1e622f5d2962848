import { decodeHTMLAttribute } from 'entities';
import { contentKindOf, essenceOf } from '../../fetch/content-type.ts';
import { findTag } from '../../fetch/scan-tags.ts';

/** Beyond it, a page is there to be read, and what it leads to comes afterwards. */
const maxDelayS = 30;

/** Where a page says where it leads; behind this nobody looks for it. */
const headBytes = 16_384;

/** Where a page leads by itself, as a redirect would. */
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
  // Of other types no browser reads tags.
  const isMarkup =
    kind === 'html' || kind === 'xhtml' || (kind === 'unknown' && essenceOf(type) !== 'text/plain');
  if (!isMarkup) return undefined;
  const head = Buffer.from(page.body.buffer, page.body.byteOffset, Math.min(page.body.length, headBytes));
  return mayRefresh(head) ? refreshIn(head.toString('latin1'), page.url) : undefined;
}

/** The other attributes of the tag are within so many bytes of `http-equiv`. */
const nearbyBytes = 2_048;

/** Nearly every page is done with here: its first character is rare in markup, which makes the search quick. */
function mayRefresh(head: Buffer): boolean {
  return ['-equiv', '-EQUIV', '-Equiv'].some((needle) => {
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

/** Read as Latin-1 to be found; what it says is UTF-8 as a rule. */
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
  // A browser only scrolls there (HTML standard, "navigate": to a fragment).
  if (isWithinPage && target.href === url) return undefined;
  return { url: target.href, delayS };
}
