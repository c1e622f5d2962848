import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { type Launched, launchChromium, leave } from '../../shared/browser/launch-chromium.ts';
import type { Tabs } from '../../shared/browser/open-profile.ts';
import { renderPage } from '../../shared/browser/render-page.ts';
import { openTab, profileFor, type Tab } from '../../shared/browser/tab.ts';
import { makeTabs } from '../../shared/browser/tabs.ts';
import type { PageToRender } from '../../shared/browser/types.ts';
import { answering, answerOf, describeBrowser, origin, rule, sandbox } from './chromium.ts';

let launched: Launched;
let browser: Browser;

/** Tabs of the browser of this file; `taken`: in the order in which pages got them. */
function openTabs(max = 4): { tabs: Tabs; taken: Tab[] } {
  const tabs = makeTabs({
    open: async (of, visitor) => openTab(await browser.newContext(profileFor(visitor)), of),
    max,
    onStuck: () => undefined,
  });
  onTestFinished(() => tabs.close());
  const taken: Tab[] = [];
  return {
    taken,
    tabs: {
      ...tabs,
      async take(...wanted) {
        const tab = await tabs.take(...wanted);
        taken.push(tab);
        return tab;
      },
    },
  };
}

async function read(
  tabs: Tabs,
  html: string,
  { url = `${origin}/page`, ...more }: Partial<PageToRender> & { url?: string } = {},
): Promise<string> {
  const page = await renderPage(tabs, {
    answer: answerOf(url, html),
    rule,
    visitor: { userAgent: 'Spinneret/test' },
    cookies: [],
    fetchResource: answering({ '/frame': `<script>${litter('frame')}</script>`, '/api': 'x' }),
    maxBytes: 10e6,
    mayStart: () => true,
    ...more,
  });
  return Buffer.from(page.html).toString();
}

/** All that a script can leave behind, once, without end, and when its page ends. */
function litter(by: string): string {
  return `
    const leave = () => {
      document.cookie = '${by}=1; Max-Age=1000';
      localStorage.${by} = 1;
      sessionStorage.${by} = 1;
      window.name = '${by}';
    };
    leave();
    setInterval(leave, 0);
    for (const end of ['pagehide', 'beforeunload', 'unload', 'visibilitychange', 'freeze']) {
      addEventListener(end, () => { leave(); navigator.sendBeacon('/late-${by}', 'x'); fetch('/late-${by}', { keepalive: true }) });
    }
    new BroadcastChannel('all').onmessage = ({ source }) => source?.postMessage('${by}');
    navigator.locks.request('${by}', () => new Promise(() => undefined));
    caches.open('${by}').then((cache) => cache.put('/kept', new Response('kept')));
    const opening = indexedDB.open('${by}');
    opening.onupgradeneeded = () => opening.result.createObjectStore('all');
    navigator.storage.getDirectory().then((folder) => folder.getFileHandle('${by}', { create: true }));
  `;
}

const littering = `<!doctype html><title>littering</title><script>fetch('https://other.example/own', { mode: 'no-cors', credentials: 'include' })</script><iframe src="/frame"></iframe><script>${litter('page')}
  for (let turn = 0; turn < 3; turn += 1) history.pushState({ turn }, '', '/pushed/' + turn);
  window.Array.prototype.own = 1;
  Storage.prototype.clear = () => undefined;
</script>`;

/** What a page can find of those before it. */
const looking = `<!doctype html><pre id="seen"></pre><script>
  const look = async () => {
    await fetch('https://other.example/own', { mode: 'no-cors', credentials: 'include' });
    const files = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
    const { held, pending } = await navigator.locks.query();
    seen.textContent = JSON.stringify({
      cookie: document.cookie,
      local: { ...localStorage },
      session: { ...sessionStorage },
      name: window.name,
      history: [history.length, history.state],
      referrer: document.referrer,
      opener: opener === null,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
      files,
      locks: [held.length, pending.length],
      own: [].own,
      usage: (await navigator.storage.estimate()).usage,
      size: [innerWidth, innerHeight, scrollX, scrollY],
      active: [navigator.userActivation.hasBeenActive, document.hasFocus(), document.visibilityState],
      type: performance.getEntriesByType('navigation')[0].type,
      permissions: (await navigator.permissions.query({ name: 'notifications' })).state,
      persisted: await navigator.storage.persisted(),
    });
  };
  look();
</script>`;

const onLoad = (script: string) => `addEventListener('load', () => ${script})`;

describeBrowser('makeTabs', () => {
  beforeAll(async () => {
    launched = await launchChromium({ path: findChromium(undefined), sandbox });
    const found = launched.context.browser();
    if (found === null) throw new Error('a browser has profiles');
    browser = found;
  });
  afterAll(async () => {
    await browser.close();
    await leave(launched);
  });

  it('reads the next page of an origin in the same tab, which finds what it finds in a new profile', async () => {
    const { tabs, taken } = openTabs();
    const asked: string[] = [];
    const fetchResource: PageToRender['fetchResource'] = async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(`${pathname} ${request.headers['cookie'] ?? ''}`);
      return pathname === '/own'
        ? answerOf(request.url, '', { 'set-cookie': 'elsewhere=1; Secure; SameSite=None; Max-Age=1000' })
        : answering({ '/frame': `<script>${litter('frame')}</script>` })(request);
    };
    const inNew = await read(tabs, looking, { fetchResource });
    expect(inNew).toContain('"cookie":""');
    await read(tabs, littering, { fetchResource, cookies: [{ name: 'given', value: '1' }] });
    expect(await read(tabs, looking, { fetchResource })).toBe(inNew);
    expect(taken).toEqual([taken[0], taken[0], taken[0]]);
    expect(asked.sort()).toEqual([expect.stringContaining('/frame '), '/own ', '/own ', '/own ']);
  });

  it('draws its page again and again, whatever that changes: lists grow by what is in sight', async () => {
    const context = await browser.newContext(profileFor({ userAgent: 'x' }));
    const { page, close } = await openTab(context, origin);
    await page.setContent('<p>A text');
    const seen = await page.evaluate(`(async () => ({
      frames: (await new Promise((resolve) => {
        let frames = 0;
        const next = () => (frames++ === 10 ? resolve(frames) : requestAnimationFrame(next));
        requestAnimationFrame(next);
      })),
      isInSight: await new Promise((resolve) => {
        new IntersectionObserver(([{ isIntersecting }]) => resolve(isIntersecting)).observe(document.querySelector('p'));
      }),
      // Each row is taken off the sight of the end before, as lists without end do it.
      rows: await new Promise((resolve) => {
        const end = document.body.appendChild(document.createElement('i'));
        let rows = 0;
        const started = performance.now();
        const observer = new IntersectionObserver(([{ isIntersecting }]) => {
          if (!isIntersecting || rows === 12 || performance.now() - started > 1500) return resolve(rows);
          end.before(document.createElement('hr'));
          rows += 1;
          observer.unobserve(end);
          observer.observe(end);
        });
        observer.observe(end);
      }),
      state: document.visibilityState,
      hasFocus: document.hasFocus(),
      sizes: [innerWidth, innerHeight, outerWidth, outerHeight],
    }))()`);
    expect(seen).toEqual({
      frames: 11,
      isInSight: true,
      rows: 12,
      state: 'visible',
      hasFocus: true,
      sizes: [1280, 720, 1280, 720],
    });
    await close();
  });

  it.each([
    ['another origin', '', { url: 'https://other.example/' }],
    ['another user agent', '', { visitor: { userAgent: 'Other/1' } }],
    ['another language', '', { visitor: { userAgent: 'Spinneret/test', language: 'de' } }],
  ])('opens a profile for a page of %s', async (_, html, more) => {
    const { tabs, taken } = openTabs();
    await read(tabs, html);
    await read(tabs, html, more);
    expect(taken[1]).not.toBe(taken[0]);
  });

  it.each([
    ['with a frame of another origin', '<iframe src="https://other.example/frame"></iframe>', {}],
    ['that opens a window', `<script>${onLoad("open('/frame')")}</script>`, {}],
    ['that opens an empty window', `<script>${onLoad('open()')}</script>`, {}],
    [
      'whose link opens a window',
      `<a href="/frame" target="_blank" rel="noopener"></a><script>${onLoad('document.links[0].click()')}</script>`,
      {},
    ],
    [
      'with a worker',
      '<script>new Worker(URL.createObjectURL(new Blob(["setInterval(() => 0, 10)"])))</script>',
      {},
    ],
    ['that goes on', '<script>location = "/next"</script>', {}],
    ['that is clicked', '<button>more</button>', { rule: { ...rule, click: { select: 'button', max: 1 } } }],
    ['that is scrolled', '', { rule: { ...rule, scroll: 1 } }],
    [
      'whose capture is taken',
      '',
      { rule: { ...rule, capture: 'screenshot' as const }, maxCaptureBytes: 10e6 },
    ],
  ])('uses no tab again of a page %s', async (_, html, more) => {
    const { tabs, taken } = openTabs();
    await read(tabs, html, more);
    await read(tabs, '');
    expect(taken[1]).not.toBe(taken[0]);
  });

  it('closes the tab of a page that hangs, and reads the next', async () => {
    const { tabs, taken } = openTabs();
    const hanging = '<script>setTimeout(() => { for (;;); }, 10)</script>';
    await expect(read(tabs, hanging, { rule: { ...rule, timeoutMs: 1_000 } })).rejects.toMatchObject({
      code: 'RENDER_TIMEOUT',
    });
    expect(await read(tabs, '<p>next')).toContain('next');
    expect(taken[1]).not.toBe(taken[0]);
  });

  it('gives pages that are read at once tabs of their own, and keeps no more tabs than it may have', async () => {
    const { tabs, taken } = openTabs(2);
    await Promise.all([read(tabs, looking), read(tabs, looking)]);
    expect(new Set(taken).size).toBe(2);
    await read(tabs, '', { url: 'https://other.example/' });
    await expect.poll(() => taken.filter(({ page }) => page.isClosed()).length).toBe(1);
  });
});
