import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { totpCode } from '../../shared/sessions/totp.ts';
import { serveHttp } from '../fetch/local-servers.ts';

export interface LoginSiteOptions {
  /** Pages that a session shows before it ends. @default it does not end */
  pagesPerSession?: number;
  /** Whether the session ends at the page, instead of showing it. @default none does */
  endsAt?: (path: string) => boolean;
  password?: string;
  /** Where the form leads. @default its own page */
  action?: string;
  /** Pages, `/p/1` and so on. @default 12 */
  pages?: number;
  /** The secret of the one-time code that the form wants besides. @default none */
  totp?: string;
  /** Each page sets a cookie anew, as those of most shops do. @default only pages that say so below */
  renews?: boolean;
  /** Awaited before a login is answered, with how many were sent so far. */
  beforeAnswer?: (logins: number) => Promise<void> | undefined;
  /** Status of a login whose password is right. @default a redirect */
  loginStatus?: number;
}

/**
 * A site whose pages need a login: a form with a token that changes, a cookie that each page renews, a second one that
 * changes along a redirect. Without a session its pages show the form, with status 200.
 */
export async function openLoginSite(options: LoginSiteOptions = {}) {
  const {
    pagesPerSession = Number.POSITIVE_INFINITY,
    password = 'geheim-&-wort',
    pages = 12,
    loginStatus,
  } = options;
  const sessions = new Map<string, number>();
  const log: {
    method: string;
    path: string;
    body: string;
    cookie: string;
    headers: IncomingHttpHeaders;
  }[] = [];
  let tokens = 0;
  const logins = () => log.filter(({ path, body }) => path.startsWith('/login') && body !== '').length;
  const form = (token: string) => `<form id=search><input name=q></form>
    <form id=login method=post action="${options.action ?? '/login?step=2'}">
    <input type=hidden name=csrf value="${token}"><input name=user><input name=pass type=password>
    <input type=checkbox name=keep value=1>${options.totp === undefined ? '' : '<input name=code>'}<button name=go value=in>Log in</button></form>`;
  const origin = await serveHttp(async (incoming, response) => {
    const body = await text(incoming);
    const { method = '', url = '/', headers } = incoming;
    const cookie = headers.cookie ?? '';
    log.push({ method, path: url, body, cookie, headers });
    const cookies = new Map(cookie.split('; ').map((pair) => pair.split('=', 2) as [string, string]));
    const id = cookies.get('sid') ?? '';
    const left = sessions.get(id) ?? 0;
    const html = (content: string, more: Record<string, string | string[]> = {}) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...more }).end(content);
    const showForm = () => {
      tokens += 1;
      html(form(`token-${tokens}`), { 'set-cookie': `csrf=token-${tokens}; Path=/` });
    };
    if (url === '/robots.txt') return response.writeHead(404).end();
    if (url.startsWith('/login') && method === 'POST') {
      await options.beforeAnswer?.(logins());
      const sent = new URLSearchParams(body);
      const isRight =
        sent.get('csrf') === cookies.get('csrf') &&
        sent.get('user') === 'ann' &&
        sent.get('pass') === password &&
        (options.totp === undefined || isCode(options.totp, sent.get('code')));
      if (!isRight) return html(`<p class=error>Wrong</p>${form('again')}`);
      const own = `session-${sessions.size + 1}-${crypto.randomUUID()}`;
      sessions.set(own, pagesPerSession);
      if (loginStatus !== undefined) return response.writeHead(loginStatus).end();
      const set = ['csrf=; Max-Age=0; Path=/', `sid=${own}; HttpOnly; Path=/`];
      return response.writeHead(302, { location: '/welcome', 'set-cookie': set }).end();
    }
    if (url.startsWith('/login')) return showForm();
    if (left > 0 && options.endsAt?.(url)) sessions.delete(id);
    if (!sessions.has(id) || left <= 0) return showForm();
    sessions.set(id, left - 1);
    if (url === '/welcome') {
      return html('<a class=user href=/logout>ann</a>', { 'set-cookie': 'seen=1; Path=/' });
    }
    if (url === '/logout') {
      sessions.delete(id);
      return html('bye');
    }
    if (url === '/') {
      const links = Array.from({ length: pages }, (_, index) => `<a href="/p/${index + 1}">p</a>`).join('');
      return html(`<h1>Home</h1>${links}<a href=/logout>out</a><a href="/cart?do=buy">buy</a>`);
    }
    if (url === '/p/1' && cookies.get('gate') !== 'open-for-members') {
      return response
        .writeHead(302, { location: '/p/1', 'set-cookie': 'gate=open-for-members; Path=/' })
        .end();
    }
    if (url === '/p/2' && cookies.get('busy') === undefined) {
      return response
        .writeHead(503, { 'set-cookie': 'busy=was-busy-once; Path=/', 'retry-after': '0' })
        .end();
    }
    const renewed = options.renews ? { 'set-cookie': `viewed=${encodeURIComponent(url)}; Path=/` } : {};
    return html(`<h1>Page ${url}</h1><p class=me>${id}</p><p class=pw>${password}</p>`, renewed);
  });
  return {
    origin,
    host: new URL(origin).host,
    log,
    sessions,
    password,
    /** How many logins were sent. */
    logins,
    /** Ends all sessions, as a restart of the site would. */
    forget: () => sessions.clear(),
  };
}

/** The code of now, or the one before: a turn may have passed since. */
function isCode(secret: string, code: string | null): boolean {
  return [0, 30_000].some((ago) => totpCode(secret, Date.now() - ago) === code);
}

export type LoginSite = Awaited<ReturnType<typeof openLoginSite>>;

/** A job that logs in to it. */
export function loginJob({ origin, host }: LoginSite, more: Record<string, unknown> = {}) {
  return {
    sources: [{ crawl: { start: `${origin}/` } }],
    sessions: {
      member: {
        hosts: [host],
        login: {
          steps: [
            { open: `${origin}/login` },
            { form: { select: '#login', fields: { user: 'ann', pass: '${env:PASS}' } } },
          ],
          check: { select: '.user', not: { select: '#login' } },
        },
        endedBy: { select: '#login' },
      },
    },
    pages: {
      default: {
        follow: ['a'],
        fields: { title: { select: 'h1', required: true }, me: '.me', pw: '.pw' },
      },
    },
    ...more,
  };
}
