import type { Browser } from 'playwright-core';
import { DropError, HaltError, RetryError } from '../errors.ts';
import { makeLimiter } from '../fetch/limiter.ts';
import { type ChromiumFolder, openChromiumFolder } from './chromium-folder.ts';
import { checkSandbox, findChromium } from './find-chromium.ts';
import { renderPage } from './render-page.ts';
import type { Renderer } from './types.ts';
import { openWall, type Wall } from './wall.ts';

export interface BrowserOptions {
  /** Path of the program. @default the one that is found */
  path?: string | undefined;
  /** Chromium's own sandbox, in which no root can start it. */
  sandbox: boolean;
}

/** After this many pages a browser is replaced, so that what it leaks does not add up. */
const pagesPerBrowser = 200;
/** Pages of one process at once: each takes a process of the browser's with some 100 MB. */
const maxPages = 4;

/**
 * No service of its own, no cache between pages, no way out but the wall: names are not looked up, and nothing is sent by UDP.
 */
const flags = [
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

interface Running {
  browser: Browser;
  wall: Wall;
  folder: ChromiumFolder;
  pages: number;
  /** Pages that are being read. */
  open: number;
}

/**
 * Starts a browser with the first page, and another one when it has died or has read its share. Throws `HaltError` BROWSER_MISSING and
 * BROWSER_UNSAFE, before any page is fetched.
 */
export function makeRenderer({ path, sandbox }: BrowserOptions): Renderer {
  const executablePath = findChromium(path);
  checkSandbox(sandbox);
  const start = () => startBrowser(executablePath, sandbox);
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
    render: (page) => inRoom((taken) => inBrowser(taken, page.answer.url, renderPage, page), page.mayStart),
    async walk(walk) {
      const { walkPages } = await import('./walk-pages.ts');
      const [first] = walk.steps;
      const url = first !== undefined && 'open' in first ? first.open : '';
      const walked = await inRoom((taken) => inBrowser(taken, url, walkPages, walk));
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

async function inBrowser<Wanted, Found>(
  taken: Running,
  url: string,
  read: (browser: Browser, wanted: Wanted, onStuck: () => void) => Promise<Found>,
  wanted: Wanted,
): Promise<Found> {
  try {
    return await read(taken.browser, wanted, () => {
      taken.pages = pagesPerBrowser;
    });
  } catch (error) {
    if (error instanceof RetryError || error instanceof DropError || error instanceof HaltError) throw error;
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new RetryError('BROWSER_LOST', `${url}: the browser has not read it: ${message}`, { cause: error });
  }
}

async function startBrowser(executablePath: string, sandbox: boolean): Promise<Running> {
  const { chromium } = await import('playwright-core');
  const wall = await openWall();
  const folder = await openChromiumFolder();
  try {
    // Playwright keeps the profile of any other browser in a folder that does not say whose it is.
    const context = await chromium.launchPersistentContext(folder.path, {
      executablePath,
      artifactsDir: folder.path,
      chromiumSandbox: sandbox,
      // No variable of this process, of which some are secrets.
      env: folder.env,
      proxy: { server: wall.address, bypass: '<-loopback>' },
      args: flags,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const browser = context.browser();
    if (browser === null) throw new Error('its pages cannot have profiles of their own');
    browser.once('disconnected', () => void folder.remove());
    return { browser, wall, folder, pages: 0, open: 0 };
  } catch (error) {
    wall.close();
    await folder.remove();
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new HaltError('BROWSER_MISSING', `${executablePath} did not start: ${message}`, { cause: error });
  }
}

async function stop({ browser, wall, folder }: Running): Promise<void> {
  await browser.close().catch(() => undefined);
  wall.close();
  await folder.remove();
}
