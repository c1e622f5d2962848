import type { FetchResource, PageStep, ResourceRequest } from '../../browser/types.ts';
import { isBusyStatus, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { cookiesOfBrowser } from '../../sessions/imports/cookies-of-browser.ts';
import { cookieHeaderFor, mergeCookies, readSetCookies, scriptCookiesFor } from '../../sessions/jar.ts';
import { whyNotChecked } from '../../sessions/login/conditions.ts';
import { codeFiller, homeTest } from '../../sessions/login/log-in.ts';
import { elsewhere, refused } from '../../sessions/login/login-errors.ts';
import { shownUrl } from '../../sessions/login/wire-request.ts';
import type { LoginStep } from '../../sessions/login-steps-schema.ts';
import type { RunContext } from '../run-context.ts';
import type { BrowserLoginPorts, LoginToDo } from '../sessions/log-in-once.ts';
import { openGate } from '../turns/robots-gate.ts';
import {
  answerTimeFor,
  fetchResource,
  type ResourceManners,
  type ResourceScope,
  type SessionOfResource,
} from './page-resources.ts';
import { visitorFor } from './visitor-for.ts';

/**
 * Logs in by the steps of the job in the browser; the cookies are merged into the jar. All that the pages ask for takes its turn;
 * robots.txt is asked for other hosts than the session's alone, as for all logins. Once something was filled in, no other host is
 * asked for anything, since scripts of the page may put what was typed anywhere. Throws what `logIn` does.
 */
export async function logInInBrowser(
  run: RunContext,
  manners: ResourceManners,
  toDo: LoginToDo,
  ports: BrowserLoginPorts,
): Promise<void> {
  const { rendering } = run;
  if (rendering === undefined) throw new Error('a login in the browser, and no browser');
  const { settings, jar } = toDo;
  const { login } = settings;
  const guarded = guardResources({ run, manners, cache: rendering.cache }, toDo, ports);
  const { answer, cookies } = await rendering.renderer.walk({
    steps: login.steps.map(pageStep),
    visitor: visitorFor(run),
    cookies: scriptCookiesFor(jar, new URL(login.steps[0]?.open ?? ''), ports.now()),
    fetchResource: guarded.fetchResource,
    async beforeStep(index) {
      const { open, waitFor } = login.steps[index] ?? {};
      await guarded.beginStep(index + 1, open === undefined && waitFor === undefined);
    },
    fillIn: codeFiller(login, ports.now),
  });
  const now = ports.now();
  // What this process knows of an answer is newer than what scripts have made of it.
  const known = new Set([...jar.values()].map(({ name }) => name));
  mergeCookies(
    jar,
    cookiesOfBrowser(cookies, now).filter(({ name }) => !known.has(name)),
  );
  const why = login.check === undefined ? undefined : whyNotChecked(login.check, answer, jar, now);
  if (why !== undefined) throw refused(answer, `${why}${guarded.shutText()}`);
}

interface Guarded {
  fetchResource: FetchResource;
  beginStep(step: number, fills: boolean): Promise<void>;
  /** The hosts that got nothing any more, for a login that has failed. */
  shutText(): string;
}

/** As a page has by default. */
const stepMs = 30_000;

function guardResources(
  { run, manners, cache }: Pick<ResourceScope, 'run' | 'manners' | 'cache'>,
  { session, settings, jar }: LoginToDo,
  ports: BrowserLoginPorts,
): Guarded {
  const isHome = homeTest(settings);
  const shut = new Set<string>();
  let step = 0;
  let hasSecrets = false;
  const own = sessionWith(jar, session, ports.now);
  const scope = {
    run,
    manners: mannersOf(manners, {
      isHome,
      mayAsk(url) {
        if (hasSecrets) shut.add(new URL(url).host);
        return !hasSecrets;
      },
      onSent() {
        if (hasSecrets) ports.onSent();
      },
    }),
    cache,
    answers: answerTimeFor(stepMs),
    sessionFor: (url: string) => (isHome(url) ? own : undefined),
    ...{ isInSession: true, isLogin: true },
  };
  return {
    async fetchResource(wanted) {
      const { url, isDocument, method } = wanted;
      if (!isHome(url) && (isDocument || method !== 'GET')) throw elsewhere(url);
      const answer = await fetchResource(scope, wanted);
      if (!('refused' in answer) && (isDocument || method !== 'GET')) judge(ports, step, wanted, answer);
      return answer;
    },
    async beginStep(next, fills) {
      step = next;
      if (!fills || hasSecrets) return;
      await ports.beforeSecrets();
      hasSecrets = true;
    },
    shutText: () =>
      shut.size === 0
        ? ''
        : `; after the first input nothing was asked of ${[...shut].join(', ')}, which hosts of the session does not name`,
  };
}

/** Tells of an answer, and lets a busy site be asked again later. */
function judge(
  { onExchange, now }: BrowserLoginPorts,
  step: number,
  { url, method }: ResourceRequest,
  { status, body, redirect, setCookies = [] }: FetchResult,
): void {
  onExchange?.({
    ...{ step, what: 'page', method, url: shownUrl(url), fields: [], status, bytes: body.byteLength },
    ...(redirect === undefined ? {} : { redirect: shownUrl(redirect) }),
    cookies: readSetCookies(url, setCookies, now()).map(({ name }) => name),
  });
  if (!isBusyStatus(status)) return;
  throw new RetryError(`HTTP_${status}`, `${shownUrl(url)} answered ${status} to a login`);
}

function sessionWith(
  jar: LoginToDo['jar'],
  { name, headers }: LoginToDo['session'],
  now: () => number,
): SessionOfResource {
  return {
    name,
    headers: { ...headers },
    cookies: (url) => cookieHeaderFor(jar, new URL(url), now()),
    receive: ({ url, setCookies = [] }) => mergeCookies(jar, readSetCookies(url, setCookies, now())),
    isOver: () => false,
    // It is asked for no address that may not carry secrets.
    isInsecure: () => false,
  };
}

interface LoginManners {
  isHome(url: string): boolean;
  /** Whether another host may be asked still. */
  mayAsk(url: string): boolean;
  onSent(): void;
}

/**
 * The job spells out where to log in, so that robots.txt of those hosts is not asked. Each hop of a redirect asks here, so that
 * none of them leads to other hosts either.
 */
function mannersOf(
  { gateOf, turnOf, heedPause }: ResourceManners,
  { isHome, mayAsk, onSent }: LoginManners,
): ResourceManners {
  return {
    heedPause,
    async gateOf(url, session) {
      if (isHome(url)) return openGate;
      return mayAsk(url) ? gateOf(url, session) : undefined;
    },
    async turnOf(url, gate) {
      const { startBy, sent } = await turnOf(url, gate);
      return {
        startBy,
        sent(at) {
          if (isHome(url)) onSent();
          sent?.(at);
        },
      };
    },
  };
}

function pageStep({ open, form, fill, click, waitFor }: LoginStep): PageStep {
  if (open !== undefined) return { open };
  if (form !== undefined) return { form };
  if (fill !== undefined) return { fill };
  if (click !== undefined) return { click };
  if (waitFor !== undefined) return { waitFor };
  throw new Error('a step of a login that no browser can do');
}
