import type { Locator, Page } from 'playwright-core';
import type { Activity } from './activity.ts';

/** Scripts that took longer than this to let another in were computing. */
const busyMs = 250;

/**
 * Waits until the page asks for nothing and computes nothing. On a slow machine its scripts may take longer than the half second
 * before they ask, or between an answer and what they show of it.
 */
export async function rest(page: Page, activity: Activity): Promise<void> {
  for (;;) {
    await activity.quiet();
    const since = performance.now();
    await page.evaluate('0');
    if (performance.now() - since < busyMs && activity.isQuiet()) return;
  }
}

/** Selectors are those of fields: CSS, or XPath behind `xpath:`. */
export function locate(page: Page, selector: string): Locator {
  const [, xpath] = /^xpath:\s*(.*)$/s.exec(selector) ?? [];
  return page.locator(xpath === undefined ? `css=${selector}` : `xpath=${xpath}`).first();
}
