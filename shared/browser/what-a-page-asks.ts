import type { Frame, Request } from 'playwright-core';
import { essenceOf } from '../fetch/answer/content-type.ts';
import { decodeText } from '../fetch/charset/charset.ts';
import type { PageToRender, ResourceRequest } from './types.ts';

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
    ...(type === 'xhr' || type === 'fetch' ? { isOfScript: true } : {}),
    ...(request.isNavigationRequest() ? { isFrame: true } : {}),
    isStatic: type === 'script' || type === 'stylesheet' || type === 'font' || type === 'image',
  };
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
