import { CookieJar } from 'tough-cookie';
import { openContent } from '../../../shared/extract/page-content.ts';
import { type FormFilling, fillForm } from '../../../shared/sessions/login/fill-form.ts';
import type { WireRequest } from '../../../shared/sessions/login/wire-request.ts';
import type { Account, App } from '../start-app.ts';

/** Where a request ended after its redirects, and what was shown there. */
export interface Shown {
  url: string;
  text: string;
}

/** Someone who uses an application in a browser without scripts: with cookies, by its forms. */
export interface Visitor {
  open(path: string): Promise<Shown>;
  /** Fills in a form of the page at `path` and sends it as a browser does. */
  submit(path: string, filling: FormFilling): Promise<Shown>;
  post(path: string, fields: Record<string, string>): Promise<Shown>;
}

const maxRedirects = 5;

export function openVisitor({ origin }: App): Visitor {
  const jar = new CookieJar(undefined, { rejectPublicSuffixes: false });

  async function send({ url, method, headers, body }: WireRequest, redirects = 0): Promise<Shown> {
    const cookie = await jar.getCookieString(url);
    // Django asks where a form came from.
    const sent = { ...headers, cookie, referer: url };
    const answer = await fetch(url, {
      ...{ method, headers: sent, redirect: 'manual' },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers.getSetCookie()) await jar.setCookie(line, url, { ignoreError: true });
    const text = await answer.text();
    const location = answer.headers.get('location');
    if (location !== null && answer.status < 400) {
      if (redirects === maxRedirects) throw new Error(`${url} leads on and on`);
      return send({ url: new URL(location, url).href, method: 'GET', headers: {} }, redirects + 1);
    }
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 500)}`);
    return { url, text };
  }

  const open = (path: string) => send({ url: new URL(path, origin).href, method: 'GET', headers: {} });
  return {
    open,
    async submit(path, filling) {
      const { url, text } = await open(path);
      const body = new TextEncoder().encode(text);
      const contentType = 'text/html; charset=utf-8';
      const page = { url, label: '', status: 200, contentType, body, fetchedAt: '', depth: 0 };
      return send(fillForm(openContent(page), url, filling).request);
    },
    post: (path, fields) =>
      send({
        url: new URL(path, origin).href,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }),
  };
}

/** Logs in by a form, and rejects unless the page that follows shows `name`. */
export async function logIn(
  visitor: Visitor,
  path: string,
  form: FormFilling,
  { user }: Account,
  shows: string,
): Promise<void> {
  const { text } = await visitor.submit(path, form);
  if (!text.includes(shows)) throw new Error(`${user} is not logged in: ${text.slice(0, 500)}`);
}
