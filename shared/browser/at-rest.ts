import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { type Activity, quietMs } from './activity.ts';
import { within } from './tab.ts';
import type { ContentWatch } from './watch-content.ts';

/** A page that is being read, or walked through. */
export interface OpenPage {
  page: Page;
  watch: ContentWatch;
  activity: Activity;
}

/** A page whose content changes for longer than this after all has come changes for ever: a clock, a ticker. */
const maxChangingMs = 5_000;
/** One that changes its looks alone for longer than this moves for ever, or for a while yet: it says the same. */
const maxMovingMs = 2_000;

/** Between looks at a page for what is to be there. */
export const lookMs = 100;

/**
 * Waits until the page asks for nothing, computes nothing, and changes nothing of what it says. On a slow machine its scripts may take
 * longer than the half second before they ask, or between an answer and what they show of it; numbers count up, and rows come one by one.
 * `false`: its content still changes, or it has asked again and again for two thirds of its time.
 */
export async function rest(watch: ContentWatch, activity: Activity): Promise<boolean> {
  let [changingMs, movingMs] = [0, 0];
  if (!(await activity.quiet())) return false;
  for (;;) {
    const { contentMs, looksMs, isMoving } = await watch.unchanged();
    if ((await watch.isBusy()) || !activity.isQuiet()) {
      if (!(await activity.quiet())) return false;
      continue;
    }
    const isChanging = contentMs < quietMs;
    const isAnimated = isMoving || (looksMs < quietMs && movingMs < maxMovingMs);
    if (!isChanging && !isAnimated) return true;
    if (changingMs >= maxChangingMs) return !isChanging;
    const waitMs = Math.max(lookMs, quietMs - Math.max(contentMs, looksMs));
    if (isChanging || isMoving) changingMs += waitMs;
    else movingMs += waitMs;
    await activity.within(sleep(waitMs));
  }
}

/** Waits until the page and its frames have loaded. */
export async function load(watch: ContentWatch, activity: Activity): Promise<void> {
  while (!(await watch.isLoaded())) await activity.within(sleep(lookMs));
}

/** Selectors are those of fields: CSS, or XPath behind `xpath:`. */
export function locate(page: Page | Frame, selector: string): Locator {
  return locateAll(page, selector).first();
}

function locateAll(page: Page | Frame, selector: string): Locator {
  const [, xpath] = /^xpath:\s*(.*)$/s.exec(selector) ?? [];
  return page.locator(xpath === undefined ? `css=${asInBrowser(selector)}` : `xpath=${xpath}`);
}

/** No browser knows `:contains("text")`, but Playwright does by another name. */
function asInBrowser(selector: string): string {
  return selector.replace(
    /:i?contains\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)/gi,
    (_, ...texts: unknown[]) => {
      const text = texts.slice(0, 3).find((one) => typeof one === 'string') ?? '';
      return `:has-text(${JSON.stringify(text)})`;
    },
  );
}

/** Waits until an element matches, in the page or in a frame that rules see. */
export async function waitForElement(page: Page, selector: string, activity: Activity): Promise<void> {
  while ((await findElement(page, selector)) === undefined) {
    await activity.within(sleep(lookMs));
  }
}

/** The first that matches, in the page or else in a frame that rules see. `isShown`: the first of those that are shown. */
export async function findElement(
  page: Page,
  selector: string,
  { isShown = false } = {},
): Promise<Locator | undefined> {
  for (const frame of readableFrames(page)) {
    const all = locateAll(frame, selector);
    const found = (isShown ? all.filter({ visible: true }) : all).first();
    const isThere = found.count().then((count) => count > 0);
    if (await (frame === page.mainFrame() ? isThere : isInFrame(isThere))) return found;
  }
  return undefined;
}

/** A frame that is still on its way, or goes, answers late or never. */
function isInFrame(answer: Promise<boolean>): Promise<boolean> {
  return within(answer, lookMs).then(
    (isFound) => isFound === true,
    () => false,
  );
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
