import type { Page } from 'playwright-core';
import type { Capture } from '../job/render-schema.ts';

/** Chromium paints a page in one texture: beyond this it begins again from the top. */
const maxPixels = 16_384;

/** What a page looks like. `isWhole`: it is no higher than a picture can be. */
export async function capturePage(
  page: Page,
  what: Capture,
): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  switch (what) {
    case 'pdf':
      return { bytes: await page.pdf({ format: 'A4', printBackground: true }), isWhole: true };
    case 'screenshot': {
      const [width, height] = await sizeOf(page);
      const clip = { x: 0, y: 0, width: Math.min(width, maxPixels), height: Math.min(height, maxPixels) };
      const bytes = await page.screenshot({ type: 'png', fullPage: true, clip, timeout: 0 });
      return { bytes, isWhole: width <= maxPixels && height <= maxPixels };
    }
    default:
      return what satisfies never;
  }
}

/** In CSS pixels, by what the browser has laid out, which no script of the page can say otherwise. */
async function sizeOf(page: Page): Promise<[width: number, height: number]> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send('Page.getLayoutMetrics');
  await session.detach();
  return [Math.max(1, Math.ceil(cssContentSize.width)), Math.max(1, Math.ceil(cssContentSize.height))];
}
