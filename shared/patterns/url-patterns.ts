import { DropError } from '../errors.ts';
import { compileRegex } from './compile-regex.ts';

/**
 * Makes the function that decides whether an absolute URL, as the URL Standard serialises it, matches any of the
 * patterns; without patterns, none does. With `normalise`, which gives the form in which URLs are compared, a
 * pattern may match either form: the URL as the page wrote it, or with its parameters in order.
 * `regex:…` is searched for in the whole URL. Anything else is a glob: `*` is any run of characters but `/`, `**`
 * any run. A glob that begins with `/` is matched with the path, any other with the whole URL; `?` stands for
 * itself, and only a pattern with a `?` is matched with the query, too. `…/**` also matches without its slash. What stands
 * behind a `#` is a glob for the route of the URL (`#/…`, `#!…`), which pages that are read in a browser may have.
 * Globs and regexes take time linear in the URL's length; of the regexes that nothing can run so, one that takes longer
 * than a quarter of a second on a URL throws `DropError` REGEX_TIMEOUT; see `answerOrTimeout`.
 */
export function compilePatterns(patterns: string[], normalise = asWritten): (url: string) => boolean {
  const tests = patterns.map(compilePattern);
  const matches = (url: string) => {
    const parts = splitUrl(url);
    return tests.some((test) => test(parts));
  };
  return (url) => {
    if (matches(url)) return true;
    const normal = normalise(url);
    return normal !== url && matches(normal);
  };
}

/** The answer of a pattern for one URL, or the `DropError` REGEX_TIMEOUT that it threw. */
export function answerOrTimeout<Answer>(ask: () => Answer): Answer | DropError {
  try {
    return ask();
  } catch (error) {
    if (error instanceof DropError && error.code === 'REGEX_TIMEOUT') return error;
    throw error;
  }
}

function asWritten(url: string): string {
  return url;
}

interface UrlParts {
  full: string;
  queryless: string;
  path: string;
  pathAndQuery: string;
  /** Its fragment, from the `#` on; `''` for none. */
  route: string;
}

type Test = (parts: UrlParts) => boolean;

function compilePattern(pattern: string): Test {
  if (pattern.startsWith('regex:')) {
    const matches = compileUrlRegex(pattern.slice('regex:'.length));
    return ({ full, route }) => matches(full + route);
  }
  const hash = pattern.indexOf('#');
  if (hash !== -1) return compileRoute(pattern.slice(0, hash), pattern.slice(hash));
  const matches = compileGlob(asUrlsAre(pattern));
  const seesQuery = pattern.includes('?');
  if (pattern.startsWith('/')) return (parts) => matches(seesQuery ? parts.pathAndQuery : parts.path);
  return (parts) => matches(seesQuery ? parts.full : parts.queryless);
}

/** A query in a route belongs to it, and is seen by a pattern with a `?` there. */
function compileRoute(page: string, route: string): Test {
  const isPage = page === '' ? () => true : compilePattern(page);
  const matches = compileGlob(asUrlsAre(route));
  const seesQuery = route.includes('?');
  return (parts) => {
    const query = seesQuery ? -1 : parts.route.indexOf('?');
    return matches(query === -1 ? parts.route : parts.route.slice(0, query)) && isPage(parts);
  };
}

/** URLs are short: a regex that takes this long on one would not end. */
const urlTimeoutMs = 250;
/** After this many time-outs, URLs as long as the shortest of theirs, or longer, are not searched any more. */
const maxTimeouts = 4;

function compileUrlRegex(source: string): (url: string) => boolean {
  const regex = compileRegex(source, urlTimeoutMs);
  let timeouts = 0;
  let minChars = Number.POSITIVE_INFINITY;
  return (url) => {
    if (timeouts >= maxTimeouts && url.length >= minChars) {
      throw new DropError('REGEX_TIMEOUT', `the regex ${source} took too long on ${timeouts} shorter URLs`);
    }
    try {
      return regex.test(url);
    } catch (error) {
      timeouts += 1;
      minChars = Math.min(minChars, url.length);
      throw error;
    }
  };
}

function splitUrl(url: string): UrlParts {
  const hash = url.indexOf('#');
  const full = hash < 0 ? url : url.slice(0, hash);
  const scheme = full.indexOf('://');
  const start = scheme < 0 ? 0 : full.slice(scheme + 3).search(/[/?]/);
  const pathStart = start < 0 ? full.length : start + (scheme < 0 ? 0 : scheme + 3);
  const query = full.indexOf('?', pathStart);
  const queryless = query < 0 ? full : full.slice(0, query);
  return {
    full,
    queryless,
    path: queryless.slice(pathStart) || '/',
    pathAndQuery: full.slice(pathStart) || '/',
    route: hash < 0 ? '' : url.slice(hash),
  };
}

/** Patterns are written as browsers show URLs; URLs have punycode hosts and percent-encoded paths. */
function asUrlsAre(pattern: string): string {
  const [, origin, host, rest] = /^(\S+?:\/\/)([^/?]*)(.*)$/su.exec(pattern) ?? [];
  const encode = (text: string) => text.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  if (origin === undefined || host === undefined || pattern.startsWith('/')) return encode(pattern);
  // A host with `**` may reach into the path, where case matters.
  const probe = `${origin.toLowerCase().startsWith('https') ? 'https' : 'http'}://${host}`;
  const plain = host.includes('**') || !URL.canParse(probe) ? host : new URL(probe).host;
  return origin.toLowerCase() + plain + encode(rest ?? '');
}

const anyInSegment = -1;
const any = -2;
const slash = 47;

function compileGlob(pattern: string): (text: string) => boolean {
  if (pattern.endsWith('/**') && pattern.length > 3) {
    const below = compileTokens(tokenise(pattern));
    const itself = compileTokens(tokenise(pattern.slice(0, -3)));
    return (text) => below(text) || itself(text);
  }
  return compileTokens(tokenise(pattern));
}

/** Character codes, and the two wildcards as negative numbers. */
function tokenise(pattern: string): number[] {
  return (pattern.match(/\*+|[^*]/gs) ?? []).map((part) => {
    if (!part.startsWith('*')) return part.charCodeAt(0);
    return part.length === 1 ? anyInSegment : any;
  });
}

/** The literal beginning is compared directly, which decides for most URLs; the rest runs as an automaton. */
function compileTokens(tokens: number[]): (text: string) => boolean {
  const firstWildcard = tokens.findIndex((token) => token < 0);
  const literal = firstWildcard < 0 ? tokens : tokens.slice(0, firstWildcard);
  const head = literal.map((code) => String.fromCharCode(code)).join('');
  if (firstWildcard < 0) return (text) => text === head;
  const rest = tokens.slice(firstWildcard);
  return (text) => text.startsWith(head) && runAutomaton(rest, text, head.length);
}

/** State i: the first i tokens are matched. All states advance together, so there is no backtracking. */
function runAutomaton(tokens: number[], text: string, from: number): boolean {
  let states = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  states[0] = 1;
  skipWildcards(tokens, states);
  for (let at = from; at < text.length; at++) {
    next.fill(0);
    if (!advance(tokens, states, next, text.charCodeAt(at))) return false;
    skipWildcards(tokens, next);
    [states, next] = [next, states];
  }
  return states[tokens.length] === 1;
}

function advance(tokens: number[], states: Uint8Array, next: Uint8Array, code: number): boolean {
  let alive = false;
  for (let i = 0; i < tokens.length; i++) {
    if (states[i] === 0) continue;
    const token = tokens[i];
    if (token === code) next[i + 1] = 1;
    else if (token === any || (token === anyInSegment && code !== slash)) next[i] = 1;
    else continue;
    alive = true;
  }
  return alive;
}

/** A wildcard may match nothing. */
function skipWildcards(tokens: number[], states: Uint8Array): void {
  for (let i = 0; i < tokens.length; i++) {
    if (states[i] === 1 && (tokens[i] ?? 0) < 0) states[i + 1] = 1;
  }
}
