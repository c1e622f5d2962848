import type { Browser } from 'playwright-core';
import type { Tabs } from './open-profile.ts';
import { openTab, type Tab } from './tab.ts';

interface Idle {
  tab: Tab;
  origin: string;
  userAgent: string;
  /** That were read in it. */
  pages: number;
}

/** What documents leave in the process of a tab is collected late: some 3 MB a page. A new one every twelve pages costs a tenth. */
const pagesPerTab = 12;

/**
 * The tabs of a browser, at most `max` of them. A new profile takes a process of the browser's, which is two thirds of what a page
 * costs, so a tab that was wiped is kept for the next page of its origin. Pages read at once are never in one profile. `onStuck`: it
 * does not answer.
 */
export function makeTabs(browser: Browser, max: number, onStuck: () => void): Tabs {
  const idle: Idle[] = [];
  const taken = new Map<Tab, Omit<Idle, 'tab'>>();
  const close = async (tab: Tab) => {
    if (!(await tab.close())) onStuck();
  };
  return {
    async take(origin, userAgent) {
      const at = idle.findLastIndex((one) => one.origin === origin && one.userAgent === userAgent);
      const [found] = at === -1 ? [] : idle.splice(at, 1);
      if (found === undefined && idle.length + taken.size >= max) {
        const oldest = idle.shift();
        if (oldest !== undefined) void close(oldest.tab);
      }
      const tab = found?.tab ?? (await open(browser, origin, userAgent));
      taken.set(tab, { origin, userAgent, pages: (found?.pages ?? 0) + 1 });
      return tab;
    },
    async giveBack(tab, isOnlyRead) {
      const of = taken.get(tab);
      const isKept = of !== undefined && of.pages < pagesPerTab && isOnlyRead && (await tab.wipe());
      taken.delete(tab);
      if (isKept) idle.push({ tab, ...of });
      else await close(tab);
    },
    giveUp: onStuck,
  };
}

async function open(browser: Browser, origin: string, userAgent: string): Promise<Tab> {
  const context = await browser.newContext({ userAgent, ...closed });
  return openTab(context, origin);
}

/** Pages neither install workers of their own nor save files. */
export const closed = { serviceWorkers: 'block', acceptDownloads: false } as const;
