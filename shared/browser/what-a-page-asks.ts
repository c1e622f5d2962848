import type { Cookie, Frame, Request } from 'playwright-core';
import { essenceOf } from '../fetch/answer/content-type.ts';
import { decodeText } from '../fetch/charset/charset.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { CookieOfPage, PageToRender, ResourceRequest } from './types.ts';

/** Headers that belong to the connection, or that the fetcher sets itself. */
const ownHeaders =
  /^(?::.*|host|connection|content-length|accept-encoding|user-agent|upgrade-insecure-requests|sec-.*)$/;

/** What the page asks for, as this process fetches it. */
export async function resourceOf(request: Request, frames = askersOf(request)): Promise<ResourceRequest> {
  const all = await request.allHeaders();
  const body = request.postData();
  const type = request.resourceType();
  return {
    url: request.url(),
    method: request.method(),
    headers: Object.fromEntries(Object.entries(all).filter(([name]) => !ownHeaders.test(name))),
    ...(body === null ? {} : { body }),
    askedBy: all['origin'] === undefined ? frames : [...frames, all['origin']],
    ...(isOfScript(request) ? { isOfScript: true } : {}),
    ...(request.isNavigationRequest() ? { isFrame: true } : {}),
    isStatic: type === 'script' || type === 'stylesheet' || type === 'font' || type === 'image',
  };
}

/** Does a script ask for it, or the page in advance, for a script (`<link rel=preload as=fetch>`, which is no type of its own)? */
export function isOfScript(request: Request): boolean {
  return ['xhr', 'fetch', 'other'].includes(request.resourceType());
}

/** Scripts may take data as modules or as scripts (JSON modules, JSONP). */
export function isData(request: Request): boolean {
  return isOfScript(request) || request.resourceType() === 'script';
}

/**
 * Cookies of the page's host that have come to the browser since it was given the page, but for those of the page's own answer, as
 * `Set-Cookie` has them.
 */
export async function newCookies(
  request: Request,
  { url, setCookies = [] }: FetchResult,
  given: readonly CookieOfPage[],
): Promise<string[]> {
  const { hostname } = new URL(url);
  const isOfHost = (domain: string) =>
    domain === hostname || (domain.startsWith('.') && `.${hostname}`.endsWith(domain));
  const isKnown = ({ name, value }: CookieOfPage) =>
    given.some((cookie) => cookie.name === name && cookie.value === value) ||
    setCookies.some((text) => text.split(';')[0]?.trim() === `${name}=${value}`);
  const cookies = await request.frame().page().context().cookies();
  return cookies.filter((cookie) => isOfHost(cookie.domain) && !isKnown(cookie)).map(setCookieOf);
}

function setCookieOf({ name, value, domain, path, secure, httpOnly, expires }: Cookie): string {
  const parts = [`${name}=${value}`, `Path=${path}`];
  if (domain.startsWith('.')) parts.push(`Domain=${domain.slice(1)}`);
  if (expires >= 0) parts.push(`Expires=${new Date(expires * 1_000).toUTCString()}`);
  if (secure) parts.push('Secure');
  if (httpOnly) parts.push('HttpOnly');
  return parts.join('; ');
}

/** The body is unpacked already, and is shown, though the server would have it saved as a file. */
function headersOf({ headers, setCookies = [] }: PageToRender['answer']): Record<string, string> {
  const { 'content-encoding': _, 'content-length': __, 'transfer-encoding': ___, ...others } = headers;
  const { 'content-disposition': ____, ...rest } = others;
  return setCookies.length === 0 ? rest : { ...rest, 'set-cookie': setCookies.join('\n') };
}

/**
 * The encoding of a document of HTML, as for one that is read without a browser: of a page that declares none, Chromium takes UTF-8 for
 * windows-1252, and it believes a header that is certainly wrong.
 */
export function charsetOfDocument({ headers, body }: PageToRender['answer']): string | undefined {
  const type = headers['content-type'] ?? '';
  if (essenceOf(type) !== 'text/html') return undefined;
  const { charset } = decodeText(body, type);
  // Chromium reads what stands for it as one character.
  return charset === 'replacement' ? undefined : charset;
}

/** Headers of an answer to what the page, or a frame of it, asks for or goes to. */
export function shownHeaders(answer: PageToRender['answer'], request: Request): Record<string, string> {
  const charset = request.isNavigationRequest() ? charsetOfDocument(answer) : undefined;
  const headers = headersOf(answer);
  return charset === undefined ? headers : { ...headers, 'content-type': `text/html; charset=${charset}` };
}

/** Origins of the frame that asks and of those about it. A frame that has no address yet has the origin of what made it. */
function askersOf(request: Request): string[] {
  const origins = new Set<string>();
  for (let frame: Frame | null = request.frame(); frame !== null; frame = frame.parentFrame()) {
    if (!/^(about:.*)?$/.test(frame.url())) origins.add(new URL(frame.url()).origin);
  }
  return [...origins];
}

/**
 * Where a server does not share an answer with other origins (CORS), their scripts do not read it: Playwright says of answers
 * without the header that they are for all.
 */
export function withOwnSharing(headers: Record<string, string>, request: Request): Record<string, string> {
  const isShared = headers['access-control-allow-origin'] !== undefined;
  return isShared ? headers : { ...headers, 'access-control-allow-origin': new URL(request.url()).origin };
}
