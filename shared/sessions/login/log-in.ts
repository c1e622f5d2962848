import { HaltError, isBusyStatus, RetryError } from '../../errors.ts';
import { compileJsonPath } from '../../extract/json/json-path.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { hostMatcher, mayCarrySecrets } from '../../schema/host-names.ts';
import { mapStrings } from '../../schema/secrets.ts';
import { cookieHeaderFor, type Jar, mergeCookies, readSetCookies } from '../jar.ts';
import type { LoginSettings } from '../login-schema.ts';
import type { LoginStep } from '../login-steps-schema.ts';
import type { SessionSettings } from '../session-schema.ts';
import { tokenExpiry } from '../token-expiry.ts';
import { totpCode } from '../totp.ts';
import { whyNotChecked } from './conditions.ts';
import { fillForm } from './fill-form.ts';
import { carriedOn, elsewhere, refused } from './login-errors.ts';
import { contentOf, orNothing } from './page-of-answer.ts';
import { shownUrl, type WireRequest } from './wire-request.ts';

/** What a login needs of the world. */
export interface LoginPorts {
  /** Sends one request in its turn, follows no redirect, and reads answers of errors too. */
  send(request: WireRequest, cookies: string): Promise<FetchResult>;
  /** Called once, before the first request that carries secrets. */
  beforeSecrets(): Promise<void>;
  /** Epoch ms. */
  now(): number;
  /** Called with each request and its answer; nothing in it is secret. */
  onExchange?(exchange: Exchange): void;
}

/** What was sent and what came, without secrets. */
export interface Exchange {
  step: number;
  /** `page`: what a page in a browser has asked for. */
  what: 'open' | 'form' | 'request' | 'redirect' | 'page';
  method: string;
  /** Without the values of its query. */
  url: string;
  /** Names of what the form or the body sent, hidden fields among them. */
  fields: string[];
  status: number;
  bytes: number;
  redirect?: string;
  /** Names of the cookies that the answer set or deleted. */
  cookies: string[];
}

/** Headers that carry the session, besides its cookies; names in lower case. */
export interface LoginResult {
  headers: Record<string, string>;
  /** Epoch ms at which a token ends, if it says so. */
  expiresAt?: number;
}

const maxRedirects = 10;

/**
 * Logs in by the steps of the job, secrets filled in; the cookies are merged into `jar`. Throws `HaltError`: LOGIN_REFUSED
 * where the check fails, LOGIN_ELSEWHERE before a request to an origin that the session does not name, LOGIN_INVALID; and
 * `RetryError` for what the network or a busy site does.
 */
export async function logIn(
  settings: SessionSettings & { login: LoginSettings },
  headers: Readonly<Record<string, string>>,
  jar: Jar,
  ports: LoginPorts,
): Promise<LoginResult> {
  const { login } = settings;
  const carried: Record<string, string> = {};
  let expiresAt: number | undefined;
  const fillIn = codeFiller(login, ports.now);
  const isHome = homeTest(settings);
  const exchange = makeExchange({ headers: { ...headers }, jar, ports, isHome });
  let page: FetchResult | undefined;
  let hasSentSecrets = false;
  for (const [index, step] of login.steps.entries()) {
    const { what, request, fields } = requestOf(step, page, fillIn);
    if (!isHome(request.url)) throw elsewhere(request.url);
    if (what !== 'open' && !hasSentSecrets) {
      await ports.beforeSecrets();
      hasSentSecrets = true;
    }
    page = await exchange(index + 1, what, request, fields);
    const token = step.request?.token;
    if (token === undefined) continue;
    const value = readToken(page, token.path);
    carried[token.header.toLowerCase()] = token.prefix + value;
    expiresAt = tokenExpiry(value, ports.now()) ?? expiresAt;
  }
  const why =
    login.check === undefined || page === undefined
      ? undefined
      : whyNotChecked(login.check, page, jar, ports.now());
  if (why !== undefined && page !== undefined) throw refused(page, why);
  return { headers: carried, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** Whether a login may send its secrets to an address. */
export function homeTest({ hosts }: Pick<SessionSettings, 'hosts'>): (url: string) => boolean {
  const isOwn = hostMatcher(hosts);
  return (url) => {
    const parsed = URL.parse(url);
    return parsed !== null && isOwn(parsed) && mayCarrySecrets(parsed);
  };
}

/** Fills in one-time codes as of the moment. */
export function codeFiller({ totp = '' }: LoginSettings, now: () => number): (text: string) => string {
  return (text) => text.replaceAll('${totp}', () => totpCode(totp, now()));
}

function requestOf(
  { open, form, request }: LoginStep,
  page: FetchResult | undefined,
  fillIn: (text: string) => string,
): { what: 'open' | 'form' | 'request'; request: WireRequest; fields: string[] } {
  if (open !== undefined)
    return { what: 'open', request: { url: open, method: 'GET', headers: {} }, fields: [] };
  if (form !== undefined) {
    if (page === undefined) throw new HaltError('LOGIN_INVALID', 'a form before any page was opened');
    const fields = Object.fromEntries(
      Object.entries(form.fields).map(([name, value]) => [name, fillIn(value)]),
    );
    return { what: 'form', ...fillForm(readableContent(page), page.url, { ...form, fields }) };
  }
  if (request === undefined) throw new Error('a step of a login that is none');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), fillIn(value)]),
  );
  const { url, method, json, form: body } = request;
  const wire = { url: fillIn(url), method, headers };
  if (json !== undefined) {
    const filled = mapStrings(json, fillIn);
    headers['content-type'] ??= 'application/json';
    headers['accept'] ??= 'application/json';
    const fields = typeof json === 'object' && json !== null ? Object.keys(json) : [];
    return { what: 'request', request: { ...wire, body: JSON.stringify(filled) }, fields };
  }
  if (body === undefined) return { what: 'request', request: wire, fields: [] };
  headers['content-type'] ??= 'application/x-www-form-urlencoded';
  const filled = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) filled.append(name, fillIn(value));
  return { what: 'request', request: { ...wire, body: filled.toString() }, fields: Object.keys(body) };
}

function readableContent(page: FetchResult) {
  const content = contentOf(page);
  if (orNothing(() => content.document()) !== undefined) return content;
  throw new HaltError(
    'LOGIN_INVALID',
    `${shownUrl(page.url)} answered ${page.status} and is no page with a form`,
  );
}

interface Exchanging {
  headers: Record<string, string>;
  jar: Jar;
  ports: LoginPorts;
  isHome(url: string): boolean;
}

/** Sends a request and follows its redirects within the session's hosts. */
function makeExchange({ headers, jar, ports, isHome }: Exchanging) {
  return async (
    step: number,
    what: Exchange['what'],
    first: WireRequest,
    fields: string[],
  ): Promise<FetchResult> => {
    let request = first;
    for (let count = 0; count <= maxRedirects; count += 1) {
      const cookies = cookieHeaderFor(jar, new URL(request.url), ports.now());
      const answer = await ports.send({ ...request, headers: { ...headers, ...request.headers } }, cookies);
      const set = readSetCookies(request.url, answer.setCookies ?? [], ports.now());
      mergeCookies(jar, set);
      const { method, url } = request;
      ports.onExchange?.({
        ...{ step, what: count === 0 ? what : 'redirect', method, url: shownUrl(url) },
        ...{ fields: count === 0 ? fields : [], status: answer.status, bytes: answer.body.byteLength },
        ...(answer.redirect === undefined ? {} : { redirect: shownUrl(answer.redirect) }),
        cookies: set.map(({ name }) => name),
      });
      if (isBusyStatus(answer.status)) {
        throw new RetryError(
          `HTTP_${answer.status}`,
          `${shownUrl(url)} answered ${answer.status} to a login`,
        );
      }
      if (answer.redirect === undefined) return answer;
      request = redirected(request, answer.status, answer.redirect);
      if (!isHome(request.url)) throw elsewhere(request.url);
    }
    throw new HaltError('LOGIN_INVALID', `${shownUrl(first.url)} redirects more than ${maxRedirects} times`);
  };
}

/** RFC 9110 §15.4, as browsers do it: a body goes on with 307 and 308 alone, and to its own origin alone. */
function redirected(request: WireRequest, status: number, target: string): WireRequest {
  const keepsMethod = status === 307 || status === 308 || request.method === 'GET';
  if (!keepsMethod) return { url: target, method: 'GET', headers: {} };
  const isSameOrigin = new URL(target).origin === new URL(request.url).origin;
  if (!isSameOrigin && request.body !== undefined) throw carriedOn(status, target);
  return isSameOrigin ? { ...request, url: target } : { url: target, method: request.method, headers: {} };
}

function readToken(answer: FetchResult, path: string): string {
  const found = orNothing(() => compileJsonPath(path)(contentOf(answer).json()));
  if (typeof found !== 'string' && typeof found !== 'number') throw refused(answer, `no token at ${path}`);
  const token = String(found);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new HaltError(
    'LOGIN_INVALID',
    `${shownUrl(answer.url)}: what is at ${path} cannot stand in a header`,
  );
}
