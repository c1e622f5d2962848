import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { type Activity, quietMs } from './activity.ts';
import type { ContentWatch } from './watch-content.ts';

/** Scripts that took longer than this to let another in were computing. */
const busyMs = 250;
/** A page whose content changes for longer than this after all has come changes for ever: a clock, a ticker. */
const maxChangingMs = 5_000;

/** Between looks at a page for what is to be there. */
export const lookMs = 100;

/**
 * Waits until the page asks for nothing, computes nothing, and changes nothing of what it says. On a slow machine its scripts may take
 * longer than the half second before they ask, or between an answer and what they show of it; numbers count up, and rows come one by one.
 * `false`: its content still changes.
 */
export async function rest(watch: ContentWatch, activity: Activity): Promise<boolean> {
  await activity.quiet();
  for (let leftMs = maxChangingMs; ; ) {
    const since = performance.now();
    const unchangedMs = await watch.unchangedMs();
    const isBusy = performance.now() - since > busyMs;
    if (isBusy || !activity.isQuiet()) await activity.quiet();
    else if (unchangedMs >= quietMs) return true;
    else if (leftMs <= 0) return false;
    else {
      const waitMs = quietMs - unchangedMs;
      leftMs -= waitMs;
      await activity.within(sleep(waitMs));
    }
  }
}

/** Waits until the page and its frames have loaded. */
export async function load(watch: ContentWatch, activity: Activity): Promise<void> {
  while (!(await watch.isLoaded())) await activity.within(sleep(lookMs));
}

/** Selectors are those of fields: CSS, or XPath behind `xpath:`. */
export function locate(page: Page | Frame, selector: string): Locator {
  const [, xpath] = /^xpath:\s*(.*)$/s.exec(selector) ?? [];
  return page.locator(xpath === undefined ? `css=${selector}` : `xpath=${xpath}`).first();
}

/** Waits until an element matches, in the page or in a frame that rules see. */
export async function waitForElement(page: Page, selector: string, activity: Activity): Promise<void> {
  while ((await findElement(page, selector, async (found) => (await found.count()) > 0)) === undefined) {
    await activity.within(sleep(lookMs));
  }
}

/** The first that matches and is as it should be, in the page or else in a frame that rules see. */
export async function findElement(
  page: Page,
  selector: string,
  is: (found: Locator) => Promise<boolean>,
): Promise<Locator | undefined> {
  for (const frame of readableFrames(page)) {
    const found = locate(frame, selector);
    const isFound = frame === page.mainFrame() ? is(found) : isInFrame(is(found));
    if (await isFound) return found;
  }
  return undefined;
}

/** A frame that is still on its way, or goes, answers late or never. */
function isInFrame(answer: Promise<boolean>): Promise<boolean> {
  return Promise.race([answer, sleep(lookMs, false)]).catch(() => false);
}

/** The page itself first. Frames of other origins are not read. */
function readableFrames(page: Page): Frame[] {
  const { origin } = new URL(page.url());
  return page
    .frames()
    .filter((frame) => /^(about:.*)?$/.test(frame.url()) || new URL(frame.url()).origin === origin);
}

/** Whether something was asked of a page that meanwhile went on to another one, or was loaded again. */
export function hasGoneOn(error: unknown): boolean {
  return error instanceof Error && /context was destroyed|navigat/i.test(error.message);
}
