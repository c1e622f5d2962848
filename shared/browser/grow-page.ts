import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { Activity } from './activity.ts';
import { findElement, lookMs, type OpenPage, rest } from './at-rest.ts';
import type { PageToRender } from './types.ts';

/** A button that is not shown, or disabled, for this long is gone. */
const comesBackMs = 1_500;
/** A button that nobody can click for this long, since something lies over it, is clicked by its event. */
const patienceMs = 1_000;

/** How what was done in a page again and again came to its end: `more`: it could be done still. */
export type EndOfSteps = 'done' | 'more' | 'changing';

/** Scrolls and clicks, by turns, since what a click brings may have to be scrolled through. Ends once the page has little time left. */
export async function growToEnd(
  open: OpenPage,
  { scroll, click }: Pick<PageToRender['rule'], 'scroll' | 'click'>,
): Promise<EndOfSteps> {
  for (let leftClicks = click?.max ?? 0; ; ) {
    const scrolled = await scrollToEnd(open, scroll);
    if (click === undefined) return scrolled;
    const { clicks, end } = await clickUntilGone(open, click.select, leftClicks);
    leftClicks -= clicks;
    const isOver = end !== 'done' || scrolled === 'more';
    if (isOver || clicks === 0 || scroll === 0) return end === 'done' ? scrolled : end;
  }
}

async function scrollToEnd(open: OpenPage, max: number): Promise<EndOfSteps> {
  if (max === 0) return 'done';
  const { watch, activity } = open;
  for (let turn = 0; turn < max; turn += 1) {
    const before = await watch.size();
    await watch.scrollOn();
    const isSettled = await rest(watch, activity);
    if (activity.isLate()) return 'more';
    const goesOn = (await watch.hasMore()) || (await watch.size()) > before;
    if (!goesOn && !(await turnWheel(open))) return isSettled ? 'done' : 'changing';
  }
  return 'more';
}

/** Some pages listen to the wheel alone, and scroll themselves. Whether that made them grow. */
async function turnWheel({ page, watch, activity }: OpenPage): Promise<boolean> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const before = await watch.size();
  for (const [x, y] of [[width / 2, height / 2] as const, ...(await watch.wheelPoints())]) {
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, height);
  }
  await rest(watch, activity);
  return (await watch.size()) > before;
}

async function clickUntilGone(
  { page, watch, activity }: OpenPage,
  select: string,
  max: number,
): Promise<{ clicks: number; end: EndOfSteps }> {
  let isSettled = true;
  let isCovered = false;
  for (let clicks = 0; ; clicks += 1) {
    const button = await findButton(page, select, activity);
    if (button === undefined) return { clicks, end: isSettled ? 'done' : 'changing' };
    if (clicks === max) return { clicks, end: 'more' };
    const since = performance.now();
    isCovered = await clickOn(button, isCovered);
    isSettled = await rest(watch, activity);
    if (activity.isLate()) return { clicks, end: 'more' };
    const done = await whatHasBeenDone({ watch, activity }, since);
    if (done === 'nothing') return { clicks, end: 'more' };
    if (done === 'late') isSettled = await rest(watch, activity);
  }
}

/** A click may show what it does after a timer: `late`. */
async function whatHasBeenDone(
  { watch, activity }: Pick<OpenPage, 'watch' | 'activity'>,
  sinceMs: number,
): Promise<'something' | 'late' | 'nothing'> {
  for (let waitedMs = 0; ; waitedMs += lookMs) {
    const { looksMs } = await watch.unchanged();
    if (looksMs <= performance.now() - sinceMs) return waitedMs === 0 ? 'something' : 'late';
    if (waitedMs >= comesBackMs) return 'nothing';
    await activity.within(sleep(lookMs));
  }
}

/** As a person does; what lies over the button, or moves it, keeps no script from it. Whether that was so. */
async function clickOn(button: Locator, isCovered: boolean): Promise<boolean> {
  const asPerson = async () => {
    if (isCovered) return false;
    try {
      await button.click({ timeout: patienceMs, noWaitAfter: true });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') return false;
      throw error;
    }
  };
  if (await asPerson()) return false;
  // It may have gone meanwhile.
  if ((await button.count()) === 0) return false;
  await button.dispatchEvent('click', {}, { timeout: patienceMs }).catch(() => undefined);
  return true;
}

/** The button, where it is shown and not disabled. Some come late, and after a click some are neither until what they load is there. */
async function findButton(page: Page, select: string, activity: Activity): Promise<Locator | undefined> {
  for (let leftMs = comesBackMs; ; leftMs -= lookMs) {
    const shown = await findElement(page, select, { isShown: true });
    const isReady = (await shown?.isEnabled({ timeout: lookMs }).catch(() => false)) ?? false;
    if (isReady) return shown;
    if (leftMs <= 0) return undefined;
    await activity.within(sleep(lookMs));
  }
}
