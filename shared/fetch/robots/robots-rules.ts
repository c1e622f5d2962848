import { isUtf8 } from 'node:buffer';
import { markOf } from '../charset/charset.ts';
import { compileWildcard, matchesWildcard, type Wildcard } from './wildcard.ts';

/** RFC 9309 section 2.5 requires at least this much. The rest is not read. */
const MAX_ROBOTS_BYTES = 500 * 1_024;

/** A parsed robots.txt. */
export interface Robots {
  /** As written; absolute URLs if the site keeps to the sitemap protocol. */
  sitemaps: string[];
  /** By lower-case product token. */
  agents: Map<string, Agent>;
  /** The merged lists of an agent; computed on first use. */
  groups: Map<string, Group>;
}

/** References to the lists below each of the agent's lines: agents of one group share the list. */
interface Agent {
  rules: WrittenRule[][];
  /** Records that the RFC does not define. */
  others: Others[];
}

interface Others {
  delaysMs: number[];
  /** Values of Content-Signal. */
  signals: string[];
}

interface WrittenRule {
  allow: boolean;
  pattern: string;
}

interface Group {
  /** The most specific first; of equally specific ones, those that allow. */
  rules: Rule[];
  delayMs: number | undefined;
  /** Uses that Content-Signal refuses, in lower case. */
  refusedUses: Set<string>;
}

interface Rule {
  allow: boolean;
  octets: number;
  wildcard: Wildcard;
  /** The rule has a `?`, so its end is compared as a query. */
  hasQuery: boolean;
}

const noRules: Group = { rules: [], delayMs: undefined, refusedUses: new Set() };

/** Longer lines are cut, as Google does. */
const maxLineLength = 16_663;

/**
 * Parses a robots.txt (RFC 9309) leniently. Each line is read by itself: an invalid one, a comment of HTML or
 * binary data, does not affect the others. As in Google's parser, the colon between two words may be missing, and
 * common misspellings are accepted.
 */
export function parseRobots(body: string | Uint8Array): Robots {
  const robots: Robots = { sitemaps: [], agents: new Map(), groups: new Map() };
  const readRecord = makeReader(robots);
  for (const line of keepFirstLines(body).split(/\r\n|\n|\r/)) {
    const [key, value] = splitLine(line.slice(0, maxLineLength));
    if (key !== '') readRecord(directiveOf(key.toLowerCase()), value);
  }
  return robots;
}

function splitLine(line: string): [key: string, value: string] {
  const [written = ''] = line.split('#', 1);
  const colon = written.indexOf(':');
  if (colon !== -1) return [written.slice(0, colon).trim(), written.slice(colon + 1).trim()];
  const [key = '', value, ...others] = written.trim().split(/[\t ]+/);
  return value === undefined || others.length > 0 ? ['', ''] : [key, value];
}

type Directive = 'agent' | 'allow' | 'disallow' | 'delay' | 'signal' | 'sitemap' | 'other';

/** Recognised by their beginnings, in this order, with the misspellings that Google and Protego accept. */
const directives: [RegExp, Directive][] = [
  [/^user[- ]?agent/, 'agent'],
  [/^allow/, 'allow'],
  [/^(disallow|dissallow|dissalow|disalow|diasllow|disallaw)/, 'disallow'],
  [/^crawl[- ]delay$/, 'delay'],
  [/^content-signal$/, 'signal'],
  [/^site-?map/, 'sitemap'],
];

function directiveOf(key: string): Directive {
  return directives.find(([pattern]) => pattern.test(key))?.[1] ?? 'other';
}

/**
 * May the crawler with this product token (`AcmeBot`, or `AcmeBot/1.0`) fetch the URL? The longest matching rule
 * decides, of equally long ones one that allows; without a matching rule, yes. `url` is absolute.
 */
export function isAllowed(robots: Robots, productToken: string, url: string): boolean {
  const path = pathOf(url);
  if (path === '/robots.txt') return true;
  const octets = plainPath.test(path)
    ? path
    : encodeOctets(path).replaceAll('*', '%2A').replaceAll('$', '%24');
  const octetsWithQuery = decodeQuery(octets);
  for (const { allow, wildcard, hasQuery } of groupFor(robots, productToken).rules) {
    if (matchesWildcard(wildcard, hasQuery ? octetsWithQuery : octets)) return allow;
  }
  return true;
}

/** Crawl-delay of the crawler's own group, the longest one given. It is in use, although not in RFC 9309. */
export function crawlDelayMs(robots: Robots, productToken: string): number | undefined {
  return groupFor(robots, productToken).delayMs;
}

/**
 * The uses of its pages (`search`, `ai-input`, `ai-train`) that the site refuses to this crawler by `Content-Signal`:
 * contentsignals.org, "you may not collect content for the corresponding use". What it does not name it neither grants
 * nor refuses.
 */
export function refusedUses(robots: Robots, productToken: string): ReadonlySet<string> {
  return groupFor(robots, productToken).refusedUses;
}

/** The text of the first 500 KiB, cut after a whole line: half a rule would be another rule. */
export function keepFirstLines(body: string | Uint8Array): string {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const kept = bytes.subarray(0, MAX_ROBOTS_BYTES);
  const isCut = kept.length < bytes.length;
  const end = isCut ? Math.max(kept.lastIndexOf(0x0a), kept.lastIndexOf(0x0d)) + 1 : kept.length;
  return textOf(kept.subarray(0, end));
}

/** Rules are octets: bytes that are not valid UTF-8 are kept as they are, as in the URLs of such a site. */
function textOf(bytes: Uint8Array): string {
  const marked = markOf(bytes);
  if (marked !== undefined || isUtf8(bytes)) return new TextDecoder(marked ?? 'utf-8').decode(bytes);
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Takes the records one by one. A rule ends the list of agents above it. A crawl-delay or a content signal ends it only
 * for others of these: a record that the RFC does not define must not change how rules are read (section 2.2.4).
 */
function makeReader(robots: Robots): (directive: Directive, value: string) => void {
  let rules: WrittenRule[] = [];
  let others: Others = { delaysMs: [], signals: [] };
  const startGroup = (value: string) => {
    const hasOthers = others.delaysMs.length > 0 || others.signals.length > 0;
    if (rules.length > 0 || hasOthers) others = { delaysMs: [], signals: [] };
    if (rules.length > 0) rules = [];
    addToAgent(robots, value, rules, others);
  };
  return (directive, value) => {
    if (directive === 'agent') startGroup(value);
    else if (directive === 'allow' || directive === 'disallow')
      rules.push({ allow: directive === 'allow', pattern: value });
    else if (directive === 'delay') others.delaysMs.push(Number.parseFloat(value) * 1_000);
    else if (directive === 'signal') others.signals.push(value);
    else if (directive === 'sitemap' && value !== '') robots.sitemaps.push(value);
  };
}

function addToAgent(robots: Robots, value: string, rules: WrittenRule[], others: Others): void {
  const token = /^\*(\s|$)/.test(value) ? '*' : tokenOf(value);
  const agent = robots.agents.get(token) ?? { rules: [], others: [] };
  robots.agents.set(token, agent);
  if (agent.rules.at(-1) !== rules) agent.rules.push(rules);
  if (agent.others.at(-1) !== others) agent.others.push(others);
}

/** Section 2.2.1: a product token consists of letters, "_" and "-", and is compared without case. */
function tokenOf(productToken: string): string {
  return (/^[a-z_-]+/i.exec(productToken)?.[0] ?? '').toLowerCase();
}

function groupFor(robots: Robots, productToken: string): Group {
  const token = tokenOf(productToken);
  const name = token !== '' && robots.agents.has(token) ? token : '*';
  const agent = robots.agents.get(name);
  if (agent === undefined) return noRules;
  const group = robots.groups.get(name) ?? mergeGroups(agent);
  robots.groups.set(name, group);
  return group;
}

function mergeGroups(agent: Agent): Group {
  const rules = agent.rules
    .flat()
    .flatMap(withDirectory)
    .filter(({ pattern }) => pattern.startsWith('/') || pattern.startsWith('*'))
    .map(compileRule)
    .sort((a, b) => b.octets - a.octets || Number(b.allow) - Number(a.allow));
  const delays = agent.others
    .flatMap(({ delaysMs }) => delaysMs)
    .filter((ms) => Number.isFinite(ms) && ms >= 0);
  return {
    rules,
    delayMs: delays.length === 0 ? undefined : delays.reduce((a, b) => Math.max(a, b)),
    refusedUses: new Set(agent.others.flatMap(({ signals }) => signals.flatMap(usesRefusedBy))),
  };
}

/** Of `search=yes, ai-train=no`. */
function usesRefusedBy(signal: string): string[] {
  return signal.split(',').flatMap((part) => {
    const [, use = '', answer = ''] = /^\s*([\w-]+)\s*=\s*([\w-]+)\s*$/.exec(part) ?? [];
    return answer.toLowerCase() === 'no' ? [use.toLowerCase()] : [];
  });
}

/** A rule that allows the index page of a directory also allows the directory, as in Google's parser and Protego. */
function withDirectory(rule: WrittenRule): WrittenRule[] {
  const index = rule.allow ? /^(.*\/)index\.html?$/i.exec(rule.pattern) : null;
  return index === null ? [rule] : [rule, { allow: true, pattern: `${index[1]}$` }];
}

function compileRule({ allow, pattern }: WrittenRule): Rule {
  const toEnd = pattern.endsWith('$');
  const octets = encodeOctets(toEnd ? pattern.slice(0, -1) : pattern).replaceAll('$', '%24');
  const [query, star] = [octets.indexOf('?'), octets.indexOf('*')];
  const hasQuery = query !== -1 && (star === -1 || query < star);
  const wildcard = compileWildcard(hasQuery ? decodeQuery(octets) : octets, toEnd);
  return { allow, octets: octets.length + Number(toEnd), wildcard, hasQuery };
}

/** Characters that stand for themselves, in a path and in a rule. */
const plainPath = /^[A-Za-z0-9/._~-]*$/;

/** Path and query. */
function pathOf(url: string): string {
  const [, path = ''] = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url) ?? [];
  return path.startsWith('/') ? path : `/${path}`;
}

/**
 * Section 2.2.2: percent-encoded in upper case, except for the unreserved characters. A character that the URL
 * parser encodes in some part of a URL is encoded in every part.
 */
function encodeOctets(path: string): string {
  return path
    .toWellFormed()
    .replace(/%([0-9a-f]{2})?|[^\x21-\x7e]|["'<>\\^`{|}]/giu, (part, hex: string | undefined) => {
      if (part === '%') return '%25';
      if (hex === undefined) return part === "'" ? '%27' : encodeURIComponent(part);
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : part.toUpperCase();
    });
}

/** By section 2.2.2, `?baz=https://foo.bar` equals `?baz=https%3A%2F%2Ffoo.bar`; in a path, %2F is no slash. */
function decodeQuery(octets: string): string {
  const start = octets.indexOf('?');
  if (start === -1 || !octets.includes('%', start)) return octets;
  const query = octets.slice(start).replace(/%(?:3A|2F|3F|23|5B|5D|40)/g, decodeURIComponent);
  return octets.slice(0, start) + query;
}
