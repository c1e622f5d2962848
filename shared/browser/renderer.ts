import type { Browser } from 'playwright-core';
import { makeLimiter } from '../fetch/limiter.ts';
import { checkSandbox, findChromium } from './find-chromium.ts';
import { type ChromiumProgram, type Launched, launchChromium, leave, orLost } from './launch-chromium.ts';
import type { Tabs } from './open-profile.ts';
import { renderPage } from './render-page.ts';
import { openTab, profileFor } from './tab.ts';
import { makeTabs } from './tabs.ts';
import { type Renderer, startOf } from './types.ts';

export interface BrowserOptions {
  /** Path of the program. @default the one that is found */
  path?: string | undefined;
  /** Chromium's own sandbox, in which no root can start it. */
  sandbox: boolean;
}

/** After this many pages a browser is replaced, so that what it leaks does not add up. */
const pagesPerBrowser = 200;
/** Tabs of one process: each takes a process of the browser's with some 100 MB. */
const maxPages = 4;

interface Running extends Launched {
  browser: Browser;
  tabs: Tabs;
  pages: number;
  /** Pages that are being read. */
  open: number;
}

/**
 * Starts a browser with the first page, and another one when it has died or has read its share. Throws `HaltError` BROWSER_MISSING and
 * BROWSER_UNSAFE, before any page is fetched.
 */
export function makeRenderer({ path, sandbox }: BrowserOptions): Renderer {
  const program = { path: findChromium(path), sandbox };
  checkSandbox(sandbox);
  const start = () => startBrowser(program);
  let running: Promise<Running> | undefined;
  const permits = makeLimiter(maxPages);
  // One after the other, so that several pages that come at once start one browser.
  const current = (): Promise<Running> => {
    running = renew(running, start);
    running.catch(() => undefined);
    return running;
  };
  const inRoom = async <T>(work: (taken: Running) => Promise<T>, mayStart = () => true) => {
    await permits.acquire();
    try {
      if (!mayStart()) return 'unstarted';
      const taken = await current();
      taken.pages += 1;
      taken.open += 1;
      try {
        return await work(taken);
      } finally {
        taken.open -= 1;
        const isReplaced = taken.pages >= pagesPerBrowser && taken.open === 0;
        if (isReplaced) void stop(taken);
      }
    } finally {
      permits.release();
    }
  };
  return {
    render: (page) => inRoom(({ tabs }) => orLost(page.answer.url, renderPage(tabs, page)), page.mayStart),
    async walk(walk) {
      const { walkPages } = await import('./walk-pages.ts');
      const walked = await inRoom(({ tabs }) => orLost(startOf(walk), walkPages(tabs, walk)));
      if (walked === 'unstarted') throw new Error('a walk may always start');
      return walked;
    },
    async close() {
      const last = await running?.catch(() => undefined);
      running = undefined;
      if (last !== undefined) await stop(last);
    },
  };
}

async function renew(before: Promise<Running> | undefined, start: () => Promise<Running>): Promise<Running> {
  const known = await before?.catch(() => undefined);
  if (known?.browser.isConnected() && known.pages < pagesPerBrowser) return known;
  return start();
}

async function startBrowser(program: ChromiumProgram): Promise<Running> {
  const launched = await launchChromium(program);
  const browser = launched.context.browser();
  if (browser === null) throw new Error('its pages cannot have profiles of their own');
  browser.once('disconnected', () => void launched.folder.remove());
  const running: Running = {
    ...launched,
    browser,
    tabs: makeTabs({
      open: async (origin, visitor) => openTab(await browser.newContext(profileFor(visitor)), origin),
      max: maxPages,
      onStuck() {
        running.pages = pagesPerBrowser;
      },
    }),
    pages: 0,
    open: 0,
  };
  return running;
}

async function stop({ browser, ...launched }: Running): Promise<void> {
  await browser.close().catch(() => undefined);
  await leave(launched);
}
