import { DropError } from '../../errors.ts';

/** One link of a Link header. */
export interface HeaderLink {
  /** As written between the angle brackets. */
  target: string;
  /** Names in lower case; of repeated ones the first counts (RFC 8288 §3). */
  params: Record<string, string>;
}

/**
 * Reads a Link header (RFC 8288 §3), several joined by commas included. Commas and semicolons inside
 * `<…>` and quoted strings do not separate. What does not parse is skipped up to the next comma.
 */
export function parseLinkHeader(header: string): HeaderLink[] {
  const links: HeaderLink[] = [];
  const target = /[\s,]*<([^>]*)>/y;
  let at = 0;
  while (at < header.length) {
    target.lastIndex = at;
    const found = target.exec(header);
    if (found === null) {
      at = skipToComma(header, at);
      continue;
    }
    const { params, end } = readParams(header, target.lastIndex);
    links.push({ target: (found[1] ?? '').trim(), params });
    at = skipToComma(header, end);
  }
  return links;
}

/**
 * The absolute URL of the first link whose relation is `rel`, resolved against `baseUrl`. Links with
 * an `anchor` elsewhere speak of another page (RFC 8288 §3.2) and are passed over. Throws REST_INVALID where
 * there is such a link but no URL, or the header names the relation in a form that is no list of links.
 */
export function findLink(header: string, rel: string, baseUrl: string): string | undefined {
  const links = parseLinkHeader(header);
  const targets = links
    .filter(({ params }) => (params['rel'] ?? '').toLowerCase().split(/\s+/).includes(rel))
    .filter(({ params: { anchor } }) => anchor === undefined || isSame(anchor, baseUrl))
    .map(({ target }) => target);
  const url = targets.map((target) => URL.parse(target, baseUrl)).find((parsed) => parsed !== null);
  if (url !== undefined) return url.href;
  const [unusable = links.length === 0 && namesRelation(header, rel) ? header : undefined] = targets;
  if (unusable === undefined) return undefined;
  throw new DropError('REST_INVALID', `The Link header names no URL for ${rel}: ${unusable.slice(0, 200)}`);
}

/** Of a header that is no list of links, such as one whose URL stands without its angle brackets. */
function namesRelation(header: string, rel: string): boolean {
  return new RegExp(`rel\\s*=\\s*["']?[^"';,]*\\b${rel}\\b`, 'i').test(header);
}

function isSame(anchor: string, baseUrl: string): boolean {
  return URL.parse(anchor, baseUrl)?.href === URL.parse(baseUrl)?.href;
}

function readParams(header: string, start: number): { params: Record<string, string>; end: number } {
  const param = /\s*;\s*([^\s=;,"<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?|\s*;/y;
  // Without a prototype: a parameter may be called __proto__.
  const params: Record<string, string> = Object.create(null);
  let end = start;
  for (;;) {
    param.lastIndex = end;
    const found = param.exec(header);
    if (found === null) return { params, end };
    end = param.lastIndex;
    const name = found[1]?.toLowerCase();
    if (name === undefined || name in params) continue;
    params[name] = found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '';
  }
}

/** The place after the next comma that is not inside a quoted string. */
function skipToComma(header: string, start: number): number {
  const rest = /(?:"(?:[^"\\]|\\.)*"|[^,])*,?/y;
  rest.lastIndex = start;
  rest.exec(header);
  return Math.max(rest.lastIndex, start + 1);
}
