import { contentKindOf } from '../../fetch/answer/content-type.ts';
import { findTag } from '../../fetch/charset/scan-tags.ts';
import type { Page } from '../types.ts';

/** What a page asks of those who read it by program: not to keep what is on it, not to follow its links. */
export interface PageDirectives {
  noindex: boolean;
  nofollow: boolean;
}

/** The part of a page that is searched: the directives stand in its head. */
const headBytes = 16_384;

const none: PageDirectives = { noindex: false, nofollow: false };

/**
 * The directives of `<meta name=robots>` and of the header X-Robots-Tag, for all crawlers and for the one with this
 * product token ("Robots meta tag, data-nosnippet, and X-Robots-Tag specifications", Google Search Central): where both
 * speak, all of them hold. `none` is both; `unavailable_after` is noindex from then on. `now`: epoch ms.
 */
export function directivesOf(
  page: Pick<Page, 'body' | 'document'>,
  headers: Record<string, string>,
  productToken: string,
  now: number,
): PageDirectives {
  const crawler = crawlerOf(productToken);
  const header = headers['x-robots-tag'];
  const markup = inMarkup(page, headers, crawler);
  if (header === undefined && markup.length === 0) return none;
  const written = [...(header === undefined ? [] : ofAgent(header, crawler.name)), ...markup];
  return { noindex: forbidsIndex(written, now), nofollow: written.some(forbidsLinks) };
}

/** Directives that have an argument behind a colon, where other words name a crawler. */
const withArgument = /^(unavailable_after|max-[a-z-]+)$/i;

/**
 * The entries of a header that are meant for all, or for the agent. A name and a colon begin the entries of a crawler, which
 * end where the next one is named: several headers are joined by commas.
 */
function ofAgent(header: string, agent: string): string[] {
  let isMeant = true;
  return entriesOf(header).flatMap((part) => {
    const [, name = '', rest = ''] = /^\s*([\w-]+|\*)\s*:(.*)$/s.exec(part) ?? [];
    if (name === '' || withArgument.test(name)) return isMeant ? [part.trim().toLowerCase()] : [];
    isMeant = ['*', 'robots', agent].includes(name.toLowerCase());
    return isMeant ? [rest.trim().toLowerCase()] : [];
  });
}

/** A day of the week in front of a date (RFC 822, RFC 850), whose comma separates no entries. */
const weekday = /(unavailable_after\s*:\s*)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,\s*/gi;

function entriesOf(text: string): string[] {
  return text.replace(weekday, '$1').split(',');
}

function inMarkup(
  { body, document }: Pick<Page, 'body' | 'document'>,
  headers: Record<string, string>,
  { name: agent, words }: Crawler,
): string[] {
  const kind = contentKindOf(headers['content-type'] ?? '');
  if (kind !== 'html' && kind !== 'xhtml' && kind !== 'unknown') return [];
  // Scripts put long styles before what they add to the head.
  const searched = document === undefined ? Math.min(body.length, headBytes) : body.length;
  const start = Buffer.from(body.buffer, body.byteOffset, searched);
  // Rules out most pages quickly: few of these words stand in a head otherwise.
  const plain = plainHeadOf(start);
  if (plain !== undefined && !words.test(plain)) return [];
  const head = start.toString('latin1');
  if (!words.test(head)) return [];
  const written: string[] = [];
  findTag(head, true, (name, attributes) => {
    if (name === 'body') return true;
    const crawler = name === 'meta' ? attributes.get('name')?.trim().toLowerCase() : undefined;
    if (crawler === 'robots' || (crawler !== undefined && crawler === agent)) {
      written.push(...entriesOf(attributes.get('content') ?? '').map((part) => part.trim().toLowerCase()));
    }
    return undefined;
  });
  return written;
}

/**
 * The head, where it surely ends with the first `<body`: that one stands in no comment and in no script. So the rest of
 * the start, which is several times as long, is not searched.
 */
function plainHeadOf(start: Buffer): string | undefined {
  const end = start.indexOf('<body', 0, 'latin1');
  const head = start.toString('latin1', 0, Math.max(0, end)).trimEnd();
  if (!head.endsWith('</head>') || head.includes('<!--')) return undefined;
  return head.endsWith('</script></head>') || !/<script/i.test(head) ? head : undefined;
}

/** The crawler as directives name it. */
interface Crawler {
  /** In lower case. */
  name: string;
  /** Finds what a tag with directives for all crawlers, or for this one, must hold. */
  words: RegExp;
}

/** A process works for few crawlers at a time. */
const maxCrawlers = 100;
const crawlers = new Map<string, Crawler>();

function crawlerOf(productToken: string): Crawler {
  const known = crawlers.get(productToken);
  if (known !== undefined) return known;
  const name = productToken.split('/', 1)[0]?.toLowerCase() ?? '';
  const words = name === '' ? /robots/i : new RegExp(`robots|${literally(name)}`, 'i');
  if (crawlers.size >= maxCrawlers) crawlers.clear();
  crawlers.set(productToken, { name, words });
  return { name, words };
}

function forbidsIndex(written: string[], now: number): boolean {
  return written.some((directive) => {
    if (directive === 'noindex' || directive === 'none') return true;
    const [, date] = /^unavailable_after\s*:\s*(.+)$/.exec(directive) ?? [];
    // Of a date that cannot be read nothing follows.
    return date !== undefined && Date.parse(date) < now;
  });
}

function forbidsLinks(directive: string): boolean {
  return directive === 'nofollow' || directive === 'none';
}

/** For a regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[^\w-]/g, String.raw`\$&`);
}
