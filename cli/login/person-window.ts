import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, LaunchOptions, Page } from 'playwright-core';
import { readTree } from '../../shared/browser/read-tree.ts';
import { serialiseTree } from '../../shared/browser/serialise-tree.ts';
import { HaltError } from '../../shared/errors.ts';
import type { BrowserCookie } from '../../shared/fetch/cookies/browser-cookie.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';

/** A window in which somebody logs in. */
export interface PersonWindow {
  launch: LaunchOptions;
  /** The page that it opens. */
  url: string;
  /** What of the job's check does not hold for a page and the cookies of the window; `undefined` where all does. */
  whyNot(page: FetchResult, cookies: BrowserCookie[]): string | undefined;
  /** Resolves when the person says that they are done. */
  entered: Promise<unknown>;
  /** Called where the check holds for the page as it was opened, so that only the person can say when they are done. */
  onEarly(): void;
}

/** How the login ended: by the check, or by the person where it did not hold. */
export interface PersonLogin {
  cookies: BrowserCookie[];
  unmet?: string;
}

/** How often the page is looked at. */
const lookMs = 500;

/**
 * Opens a window, waits until the check holds or the person says that they are done, and closes it. The browser connects by itself, as
 * that of any person: a login may lead over other sites. Throws `HaltError` LOGIN_NEEDED where the window was closed before, and
 * BROWSER_MISSING where it does not open.
 */
export async function openPersonWindow({ launch, ...window }: PersonWindow): Promise<PersonLogin> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch(launch).catch((error: Error) => {
    throw new HaltError('BROWSER_MISSING', `no window opens: ${error.message.split('\n')[0]}`, {
      cause: error,
    });
  });
  try {
    const context = await browser.newContext({ viewport: null });
    const answers = watchAnswers(context);
    const page = await context.newPage();
    const closed = page.waitForEvent('close', { timeout: 0 });
    await page.goto(window.url, { timeout: 0, waitUntil: 'commit' });
    await page.waitForLoadState('load', { timeout: 0 });
    return await Promise.race([closed.then(throwClosed), watch(context, answers, window)]);
  } catch (error) {
    if (error instanceof HaltError || browser.isConnected()) throw error;
    return throwClosed();
  } finally {
    await browser.close().catch(() => undefined);
  }
}

function throwClosed(): never {
  throw new HaltError(
    'LOGIN_NEEDED',
    'the window was closed before the login was seen to succeed; nothing is kept',
  );
}

async function watch(
  context: BrowserContext,
  answers: Answers,
  { whyNot, entered, onEarly }: Omit<PersonWindow, 'launch'>,
): Promise<PersonLogin> {
  const done = entered.then(() => 'entered' as const);
  let look = await lookAt(context, answers, whyNot);
  // Behind further pages somebody has logged in already, or was led there by a session elsewhere.
  const isEarly = look.unmet === undefined && answers.documents <= 1;
  if (isEarly) onEarly();
  for (;;) {
    const ended = await Promise.race([done, sleep(lookMs, 'later' as const)]);
    look = await lookAt(context, answers, whyNot);
    if (ended === 'entered' || (!isEarly && look.unmet === undefined)) return look;
  }
}

/** What the check says of the page of the window for which it says least. */
async function lookAt(
  context: BrowserContext,
  { byPage }: Answers,
  whyNot: PersonWindow['whyNot'],
): Promise<PersonLogin> {
  const cookies = await context.cookies();
  let unmet: string | undefined = 'no page is open';
  for (const page of context.pages()) {
    const answer = await answerOf(page, byPage.get(page));
    unmet = answer === undefined ? unmet : whyNot(answer, cookies);
    if (unmet === undefined) return { cookies };
  }
  return { cookies, unmet };
}

/** The page as it stands; `undefined` while it goes on to another one. */
async function answerOf(page: Page, answer: FetchResult | undefined): Promise<FetchResult | undefined> {
  if (answer === undefined || !/^https?:/.test(page.url())) return undefined;
  try {
    const body = Buffer.from(serialiseTree(await readTree(page)));
    return { ...answer, url: page.url(), body };
  } catch {
    return undefined;
  }
}

interface Answers {
  /** The document that each page shows, without its body. */
  byPage: Map<Page, FetchResult>;
  /** How many documents came, besides redirects. */
  documents: number;
}

function watchAnswers(context: BrowserContext): Answers {
  const answers: Answers = { byPage: new Map(), documents: 0 };
  context.on('response', (response) => {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame().parentFrame() !== null) return;
    const [url, status] = [response.url(), response.status()];
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    const answer = { url, status, headers, body: Buffer.alloc(0), ms: 0, startedAt: 0 };
    answers.byPage.set(request.frame().page(), answer);
    if (status < 300 || status >= 400) answers.documents += 1;
  });
  return answers;
}
