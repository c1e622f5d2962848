import type { Page } from 'playwright-core';
import type { Activity } from './activity.ts';
import { type PageGuard, type Tab, type Visitor, within } from './tab.ts';
import type { PageToRender } from './types.ts';

/** What a page is to find in its profile. */
export interface Profile {
  /** The page that it begins with, whose scripts may read the cookies. */
  url: string;
  visitor: Visitor;
  cookies: PageToRender['cookies'];
  activity: Activity;
}

/** The tabs of a browser. */
export interface Tabs {
  /** One in which no page has left anything. */
  take(origin: string, visitor: Visitor): Promise<Tab>;
  /** `isOnlyRead`: nothing was done in it that another page would find, such as a click. Never rejects. */
  giveBack(tab: Tab, isOnlyRead: boolean): Promise<void>;
  /** The browser does not answer: no page is read in it any more. */
  giveUp(): void;
  /** Closes those that no page is read in. */
  close(): Promise<void>;
}

/** Reads what is wanted in a tab. */
export type ReadIn<Wanted, Found> = (tabs: Tabs, wanted: Wanted) => Promise<Found>;

/** Uses a page in a profile that holds its cookies and nothing else; `use` says whether the page was only read. */
export async function inProfile<Found>(
  tabs: Tabs,
  profile: Profile,
  guard: PageGuard,
  use: (tab: Tab) => Promise<{ found: Found; isOnlyRead: boolean }>,
): Promise<Found> {
  const { activity } = profile;
  const tab = await takeTab(tabs, profile);
  let isOnlyRead = false;
  try {
    await activity.within(giveCookies(tab.page, profile));
    tab.give(guard);
    const used = await use(tab);
    isOnlyRead = used.isOnlyRead;
    return used.found;
  } finally {
    activity.end();
    await tabs.giveBack(tab, isOnlyRead);
  }
}

/** Where the browser gives one within the page's time. */
async function takeTab(tabs: Tabs, { url, visitor, activity }: Profile): Promise<Tab> {
  const taking = tabs.take(new URL(url).origin, visitor);
  try {
    return await activity.within(taking);
  } catch (error) {
    activity.end();
    tabs.giveUp();
    // One that starts late is not left behind.
    const closing = taking.then(
      (late) => tabs.giveBack(late, false),
      () => undefined,
    );
    await within(closing);
    throw error;
  }
}

/** One that the browser does not take, such as one without a name, costs no page. */
async function giveCookies(page: Page, { cookies, url }: Profile): Promise<void> {
  const root = new URL('/', url).href;
  for (const cookie of cookies) {
    await page
      .context()
      .addCookies([{ ...cookie, url: root }])
      .catch(() => undefined);
  }
}
