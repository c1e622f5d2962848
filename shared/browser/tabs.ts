import type { Tabs } from './open-profile.ts';
import type { Tab, Visitor } from './tab.ts';

interface Idle {
  tab: Tab;
  origin: string;
  visitor: Visitor;
  /** That were read in it. */
  pages: number;
}

/** What documents leave in the process of a tab is collected late: some 3 MB a page. A new one every twelve pages costs a tenth. */
const pagesPerTab = 12;

export interface TabsOptions {
  open(origin: string, visitor: Visitor): Promise<Tab>;
  /** More are not kept. */
  max: number;
  /** A tab is not closed, or not opened within the time of its page. */
  onStuck(): void;
}

/**
 * A new profile takes a process of the browser's, or a browser, which is two thirds of what a page costs. So a tab that was wiped is kept
 * for the next page of its origin. Pages read at once are never in one profile.
 */
export function makeTabs({ open, max, onStuck }: TabsOptions): Tabs {
  const idle: Idle[] = [];
  const taken = new Map<Tab, Omit<Idle, 'tab'>>();
  const close = async (tab: Tab) => {
    if (!(await tab.close())) onStuck();
  };
  const takeIdle = async (origin: string, visitor: Visitor): Promise<Idle | undefined> => {
    for (;;) {
      const at = idle.findLastIndex((one) => one.origin === origin && isSame(one.visitor, visitor));
      const [found] = at === -1 ? [] : idle.splice(at, 1);
      // A browser may have ended meanwhile.
      if (found === undefined || (await found.tab.isThere())) return found;
      await close(found.tab);
    }
  };
  return {
    async take(origin, visitor) {
      const found = await takeIdle(origin, visitor);
      const isFull = found === undefined && idle.length + taken.size >= max;
      const spare = isFull ? idle.shift() : undefined;
      if (spare !== undefined) await close(spare.tab);
      const tab = found?.tab ?? (await open(origin, visitor));
      taken.set(tab, { origin, visitor, pages: (found?.pages ?? 0) + 1 });
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
    async close() {
      const all = idle.splice(0);
      await Promise.all(all.map(({ tab }) => close(tab)));
    },
  };
}

function isSame(one: Visitor, other: Visitor): boolean {
  return one.userAgent === other.userAgent && one.language === other.language;
}
