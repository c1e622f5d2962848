import type { BrowserContextOptions } from 'playwright-core';
import { HaltError, RetryError } from '../errors.ts';
import { makeLimiter } from '../fetch/limiter.ts';
import { type ChromiumProgram, type Launched, launchChromium, leave, orLost } from './launch-chromium.ts';
import { renderPage } from './render-page.ts';
import { openTab, profileFor } from './tab.ts';
import { makeTabs } from './tabs.ts';
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
 * Reads pages in browsers that are one process each: for places that let a program start, and let that start no further ones. Such a
 * browser has one profile alone, and ends with its tab.
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
  const tabs = makeTabs({
    max: maxPages,
    async open(origin, visitor) {
      const launched = await start(await find(), profileFor(visitor));
      return openTab(launched.context, origin, () => end(launched));
    },
    // What hangs is one browser, which ends as its tab is closed.
    onStuck: () => undefined,
  });
  const inRoom = async <T>(work: () => Promise<T>): Promise<T> => {
    await permits.acquire();
    try {
      return await work();
    } finally {
      permits.release();
    }
  };
  return {
    render: (page) =>
      inRoom(async () => (page.mayStart() ? orLost(page.answer.url, renderPage(tabs, page)) : 'unstarted')),
    async walk(walk) {
      const { walkPages } = await import('./walk-pages.ts');
      return inRoom(() => orLost(startOf(walk), walkPages(tabs, walk)));
    },
    close: () => tabs.close(),
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

/**
 * Playwright asks a browser to end, and gives it half a minute; one whose page computes without end never answers, since both are one
 * process. Nothing of it is kept, so it need not end by itself.
 */
async function end(launched: Launched): Promise<boolean> {
  const browser = launched.context.browser();
  if (browser?.isConnected() === true) {
    launched.folder.kill();
    await browser.close().catch(() => undefined);
  }
  await leave(launched);
  return true;
}
