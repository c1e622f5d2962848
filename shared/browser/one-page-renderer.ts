import type { BrowserContextOptions } from 'playwright-core';
import { HaltError, RetryError } from '../errors.ts';
import { makeLimiter } from '../fetch/limiter.ts';
import { type ChromiumProgram, type Launched, launchChromium, leave, orLost } from './launch-chromium.ts';
import type { ReadIn, Tabs } from './open-profile.ts';
import { renderPage } from './render-page.ts';
import { openTab } from './tab.ts';
import { closed } from './tabs.ts';
import { type Renderer, startOf } from './types.ts';

export interface OnePageOptions {
  /** Gives the program, once it is needed. */
  findProgram(): Promise<ChromiumProgram>;
  /** Pages that are read at once, each in a browser of its own. */
  maxPages: number;
}

/** Flags of a browser that is one process, whose pages are threads of it. */
const flags = ['--single-process', '--no-zygote', '--in-process-gpu'];

/**
 * Reads each page in a browser of its own that is one process: for places that let a program start, and let that start no further ones.
 * Such a browser has one profile alone, and ends with its page.
 */
export function makeOnePageRenderer({ findProgram, maxPages }: OnePageOptions): Renderer {
  const permits = makeLimiter(maxPages);
  let program: Promise<ChromiumProgram> | undefined;
  const find = () => {
    program ??= findProgram().catch((error: unknown) => {
      program = undefined;
      throw error;
    });
    return program;
  };
  let hasStarted = false;
  const start: StartBrowser = async (found, options) => {
    const launched = await launchAgain(
      { ...found, flags: [...flags, ...(found.flags ?? [])] },
      options,
    ).catch((error: unknown) => {
      throw hasStarted && error instanceof HaltError ? lostAtStart(error) : error;
    });
    hasStarted = true;
    return launched;
  };
  const inOwn = async <Wanted, Found>(url: string, read: ReadIn<Wanted, Found>, wanted: Wanted) => {
    const found = await find();
    await using browser = oneBrowser((options) => start(found, options));
    return await orLost(url, read(browser.tabs, wanted));
  };
  return {
    async render(page) {
      await permits.acquire();
      try {
        return page.mayStart() ? await inOwn(page.answer.url, renderPage, page) : 'unstarted';
      } finally {
        permits.release();
      }
    },
    async walk(walk) {
      const { walkPages } = await import('./walk-pages.ts');
      await permits.acquire();
      try {
        return await inOwn(startOf(walk), walkPages, walk);
      } finally {
        permits.release();
      }
    },
    // Each browser ends with its page.
    async close() {},
  };
}

type StartBrowser = (program: ChromiumProgram, options: BrowserContextOptions) => Promise<Launched>;

/** One of a hundred crashed while it started, on a busy machine: only a program that starts never is none. */
const maxStarts = 3;

async function launchAgain(program: ChromiumProgram, options: BrowserContextOptions): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchChromium(program, options);
    } catch (error) {
      if (attempt === maxStarts) throw error;
    }
  }
}

/** One that has started before is there: its page is tried again, and the run goes on. */
function lostAtStart(error: HaltError): RetryError {
  return new RetryError('BROWSER_LOST', error.message, { cause: error });
}

/** A browser that starts with its only profile. */
function oneBrowser(
  start: (options: BrowserContextOptions) => Promise<Launched>,
): AsyncDisposable & { tabs: Tabs } {
  let launching: Promise<Launched> | undefined;
  return {
    tabs: {
      async take(origin, userAgent) {
        launching = start({ userAgent, ...closed });
        return openTab((await launching).context, origin);
      },
      // It ends with its page.
      async giveBack() {},
      giveUp: () => void launching?.then(kill).catch(() => undefined),
    },
    async [Symbol.asyncDispose]() {
      // A page may be given up while its browser starts.
      const launched = await launching?.catch(() => undefined);
      if (launched === undefined) return;
      await kill(launched);
      await leave(launched);
    },
  };
}

/**
 * Playwright asks a browser to end, and gives it half a minute; one whose page computes without end never answers, since both are one
 * process. Nothing of it is kept, so it need not end by itself.
 */
async function kill({ context, folder }: Launched): Promise<void> {
  const browser = context.browser();
  if (browser?.isConnected() !== true) return;
  folder.kill();
  await browser.close().catch(() => undefined);
}
