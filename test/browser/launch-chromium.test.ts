import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { blinkSettings, featuresOff, launchChromium, leave } from '../../shared/browser/launch-chromium.ts';
import { describeBrowser, sandbox } from './chromium.ts';

it('switches off all that Playwright switches off, whose list it replaces', () => {
  const playwright = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const code = readFileSync(join(playwright, 'lib/coreBundle.js'), 'utf8');
  const list = /disabledFeatures = \[(.*?)\]\.filter/s.exec(code)?.[1] ?? '';
  const theirs = [...list.matchAll(/^\s*"(\w+)"/gm)].map(([, name]) => name);
  expect(theirs.length).toBeGreaterThan(10);
  expect(featuresOff).toEqual(expect.arrayContaining(theirs));
  const settings = [...code.matchAll(/--blink-settings=([^"]+)"/g)].flatMap(([, list = '']) =>
    list.split(','),
  );
  expect(settings.length).toBeGreaterThan(3);
  expect(blinkSettings).toEqual(expect.arrayContaining(settings));
});

describeBrowser('a window of the browser', () => {
  it('loads no parts of its own', async () => {
    const launched = await launchChromium({ path: findChromium(undefined), sandbox });
    onTestFinished(async () => {
      await launched.context.close();
      await leave(launched);
    });
    const browser = launched.context.browser();
    if (browser === null) throw new Error('no browser');
    const page = await (await browser.newContext()).newPage();
    await page.setContent('<p>A page');
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{}] });
    expect(targetInfos.filter(({ type }) => type === 'page').length).toBeGreaterThan(0);
    expect(targetInfos.map(({ url }) => url).filter((url) => url.includes('.top-chrome'))).toEqual([]);
  });
});
