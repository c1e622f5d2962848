import { expect, it } from 'vitest';
import type { PageArchive } from '../../shared/engine/keep/page-archive.ts';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf, type World } from './world.ts';

const script = (code: string) => ({ headers: { 'content-type': 'text/javascript' }, body: code });
const shell = { body: '<!doctype html><title>app</title><div id=app></div><script src=/app.js></script>' };

/** A shop that exists after its script alone, but for one page that the server has made whole. */
const pages: SitePages = {
  '/robots.txt': { body: 'User-agent: *\nDisallow: /tracker' },
  '/list': shell,
  '/p/1': shell,
  '/p/2': shell,
  '/p/3': { body: '<h1>Product 3</h1>' },
  '/gone': { body: '<div id=app></div><script>location.replace("/p/3")</script>' },
  '/app.js': script(`
    const app = document.querySelector('#app');
    const [, kind, id] = location.pathname.split('/');
    const json = (url) => fetch(url).then((r) => r.json());
    fetch('/tracker').catch(() => 0);
    if (kind === 'list') json('/api/list').then((l) => { app.innerHTML = l.map((i) => '<a href="' + i + '">' + i + '</a>').join('') });
    else json('/api/p/' + id).then((p) => { app.innerHTML = '<h1>' + p.name + '</h1>' });`),
  '/api/list': { body: '["/p/1","/p/2","/p/3","/gone"]' },
  '/api/p/1': { body: '{"name":"Product 1"}' },
  '/api/p/2': { body: '{"name":"Product 2"}' },
};

const world = (limits = {}): World => {
  const renderer = openRenderer();
  return enterWorld(limits, {}, { makeRenderer: async () => renderer });
};

const jobOf = (origin: string, use: string, gapMs = 0) =>
  makeJob({
    sources: [{ crawl: { start: `${origin}/list` } }],
    pages: {
      list: { match: '**/list', render: 'browser', follow: ['a'] },
      product: {
        match: ['**/p/*', '**/gone'],
        render: use,
        fields: { name: { select: 'h1', required: true } },
      },
    },
    politeness: { gapMs, slowDown: false },
  });

async function itemsAndFacts(of: World, run: string) {
  const outcomes = await outcomesOf(of, run);
  return {
    items: outcomes.flatMap(({ items }) => items.map(({ fields }) => fields['name'])).sort(),
    facts: outcomes.flatMap((outcome) => outcome.pages),
  };
}

describeBrowser('a label with render', () => {
  it.each(['browser', 'auto'])(
    '%s: takes what scripts make of pages, each URL asked for once',
    async (use) => {
      const site = await openSite(pages);
      const here = world();
      await here.start('r', jobOf(site.origin, use));
      await driveRun(here, 'r', here.newProcess('a'));
      const { items, facts } = await itemsAndFacts(here, 'r');
      expect(items).toEqual(['Product 1', 'Product 2', 'Product 3']);
      const ends = Object.fromEntries(
        facts.map(({ url, end, code }) => [new URL(url).pathname, code ?? end]),
      );
      expect(ends).toMatchObject({
        '/list': 'RENDERED_PARTLY',
        '/p/1': 'RENDERED_PARTLY',
        '/p/3': 'stored',
        '/gone': 'REDIRECTED',
      });
      for (const path of Object.keys(pages))
        expect([path, site.hits(path)]).toEqual([path, path === '/tracker' ? 0 : 1]);
      expect(site.hits('/tracker')).toBe(0);
      const counts = await expectAccounted(here, 'r');
      expect(counts).toMatchObject({ rendered: use === 'auto' ? 4 : 5, 'rendered:partly': 3 });
    },
  );

  it('hands what it has loaded to what keeps pages', async () => {
    const site = await openSite(pages);
    const renderer = openRenderer();
    const added: string[] = [];
    const openArchive = (): PageArchive => ({
      begin: async () => ({
        async add({ url }) {
          added.push(new URL(url).pathname);
          return { from: 0, bytes: 1, digest: url };
        },
        finish: async () => ({ file: 'kept', bytes: added.length }),
        discard: async () => undefined,
      }),
    });
    const here = enterWorld({}, {}, { makeRenderer: async () => renderer, openArchive });
    await here.start('r', { ...jobOf(site.origin, 'browser'), keep: 'warc' });
    await driveRun(here, 'r', here.newProcess('a'));
    expect([...new Set(added)].sort()).toEqual(
      expect.arrayContaining(['/api/list', '/api/p/1', '/app.js', '/p/1']),
    );
  });

  it('asks its host for nothing sooner than a gap after the request before', async () => {
    const gapMs = 100;
    const site = await openSite(pages);
    const here = world({ maxWaitMs: 5_000 });
    await here.start('r', jobOf(site.origin, 'browser', gapMs));
    await driveRun(here, 'r', here.newProcess('a'));
    const times = site.log.map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    expect(site.log.length).toBe(10);
    // Between the last look at the clock and the arrival at the server a busy machine may lose time.
    expect(Math.min(...gaps)).toBeGreaterThan(gapMs / 2);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual((site.log.length - 1) * gapMs * 0.9);
  });

  it('asks once more for what was answered for want of time, and leaves the host alone as long as it asks', async () => {
    const answers = [429, 200, 503, 503];
    const site = await openSite({
      '/list': {
        body: `<p id=a>none</p><script>
          fetch('/api/one').then((r) => r.text()).then((t) => { a.textContent = t });
        </script>`,
      },
      '/api/one': () => {
        const status = answers.shift() ?? 500;
        return { status, body: `got ${status}`, headers: status === 429 ? { 'retry-after': '2' } : {} };
      },
    });
    const here = world({ maxWaitMs: 10_000 });
    const rules = { list: { match: '**', render: 'browser', fields: { name: 'p' } } };
    const sources = [{ urls: { list: [`${site.origin}/list`, `${site.origin}/list?again`] } }];
    const politeness = { gapMs: 0, slowDown: false };
    await here.start('r', makeJob({ sources, pages: rules, politeness, fetch: { concurrencyPerHost: 1 } }));
    await driveRun(here, 'r', here.newProcess('a'));
    const { items, facts } = await itemsAndFacts(here, 'r');
    expect(items).toEqual(['got 200', 'got 503']);
    const times = site.log.filter(({ path }) => path === '/api/one').map(({ at }) => at);
    expect(times).toHaveLength(4);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_500);
    const messages = facts.flatMap(({ code, message }) => (code === 'RENDERED_PARTLY' ? [message] : []));
    expect(messages).toEqual(['of what it asked for: 1 answered with an error']);
  });

  it('asks for no more once answers to one page have taken ten times its own time', async () => {
    const site = await openSite({
      '/list': {
        body: `<p>read</p><script>
          let n = 0;
          const ask = async () => { while (n < 200) await fetch('/slow?' + n++).catch(() => 0) };
          for (let i = 0; i < 8; i += 1) ask();</script>`,
      },
      '/slow': { body: '', delayMs: 3_000 },
    });
    const here = world();
    const pages = {
      list: { match: '**', render: { use: 'browser', timeoutMs: 5_000 }, fields: { name: 'p' } },
    };
    const politeness = { gapMs: 0, slowDown: false };
    await here.start(
      'r',
      makeJob({ sources: [{ crawl: { start: `${site.origin}/list` } }], pages, politeness }),
    );
    await driveRun(here, 'r', here.newProcess('a'));
    const { items, facts } = await itemsAndFacts(here, 'r');
    expect(items).toEqual(['read']);
    expect(facts.find(({ url }) => url.endsWith('/list'))).toMatchObject({ code: 'RENDERED_PARTLY' });
    // 50 s of answers of 3 s, and what is under way when they are over.
    const asked = site.log.filter(({ path }) => path.startsWith('/slow'));
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.length).toBeLessThanOrEqual(17 + 8);
  });

  it('asks once more for what a script wanted and did not come whole, and then says that it is missing', async () => {
    const site = await openSite({
      '/list': { body: '<p>read</p><script>fetch("/cut").catch(() => 0)</script>' },
      '/cut': { headers: { 'content-length': '100' }, body: 'half', isCut: true },
    });
    const here = world();
    const pages = { list: { match: '**', render: 'browser', fields: { name: 'p' } } };
    const sources = [{ crawl: { start: `${site.origin}/list` } }];
    await here.start('r', makeJob({ sources, pages, politeness: { gapMs: 0, slowDown: false } }));
    await driveRun(here, 'r', here.newProcess('a'));
    const { items, facts } = await itemsAndFacts(here, 'r');
    expect(items).toEqual(['read']);
    expect(facts.find(({ url }) => url.endsWith('/list'))).toMatchObject({ code: 'RENDERED_PARTLY' });
    expect(site.hits('/cut')).toBe(2);
  });

  it('reads elements as the browser has them, also where no parser would nest them so', async () => {
    const open = "attachShadow({ mode: 'open' }).innerHTML";
    const site = await openSite({
      '/list': {
        body: `<p id=a>before </p><a class=card href="/x"><span id=b></span></a><p class=frame>x <iframe srcdoc="<div>in</div>"></iframe> y</p>
          <script>
            a.append(Object.assign(document.createElement('div'), { textContent: 'inside' }), ' after');
            b.${open} = '<a href="/y">more</a> <b>9.99</b>';
          </script>`,
      },
    });
    const here = world();
    const fields = {
      ...{ name: 'p', inside: 'p > div', frame: '.frame', text: { xpath: 'string(//p)' } },
      price: { select: 'a.card b', type: 'number' },
    };
    const pages = { list: { match: '**', render: 'browser', fields } };
    const sources = [{ crawl: { start: `${site.origin}/list` } }];
    await here.start('r', makeJob({ sources, pages, politeness: { gapMs: 0, slowDown: false } }));
    await driveRun(here, 'r', here.newProcess('a'));
    const items = (await outcomesOf(here, 'r')).flatMap((outcome) => outcome.items);
    expect(items.map((item) => item.fields)).toEqual([
      {
        ...{ name: 'before inside after', inside: 'inside', frame: 'x in y', text: 'before inside after' },
        price: 9.99,
      },
    ]);
  });

  it('resolves references by the address that scripts have given the document', async () => {
    const site = await openSite({
      '/list': {
        body: `<p>list</p><script>history.pushState({}, '', '/app/home'); document.write('<a href="p/9">9</a>')</script>`,
      },
      '/app/p/9': { body: '<h1>Product 9</h1>' },
    });
    const here = world();
    await here.start('r', jobOf(site.origin, 'browser'));
    await driveRun(here, 'r', here.newProcess('a'));
    expect((await itemsAndFacts(here, 'r')).items).toEqual(['Product 9']);
    expect(site.hits('/p/9')).toBe(0);
  });

  it.each([
    ['that it does not declare', 'text/html', 'é 日本', '%C3%A9'],
    ['that its header denies', 'text/html; charset=iso-8859-1', '<meta charset=utf-8>é 日本', '%C3%A9'],
    ['of old', 'text/html', Buffer.from('<meta charset=windows-1251>\xf2\xe5\xf1\xf2', 'latin1'), '%F2%E5'],
  ])(
    'reads a page, its frames and the queries of its links in an encoding %s',
    async (_, type, text, query) => {
      const letters = typeof text === 'string' ? Buffer.from('é') : Buffer.from('\xf2\xe5', 'latin1');
      const link = (path: string) =>
        Buffer.concat([Buffer.from(`<a href="${path}?q=`), letters, Buffer.from('">l</a>')]);
      const shown = Buffer.concat([Buffer.from(text), link('/p/1')]);
      const frame = Buffer.from('<iframe src="/frame"></iframe>');
      const item: SitePages[string] = { body: '<h1>found</h1>' };
      const site = await openSite({
        '/list': { headers: { 'content-type': type }, body: Buffer.concat([shown, frame]) },
        '/frame': { headers: { 'content-type': type }, body: shown },
        [`/p/1?q=${query}`]: item,
      });
      const here = world();
      await here.start('r', jobOf(site.origin, 'browser'));
      await driveRun(here, 'r', here.newProcess('a'));
      expect((await itemsAndFacts(here, 'r')).items).toEqual(['found']);
      expect(site.hits(`/p/1?q=${query}`)).toBe(1);
    },
  );

  it('reads what is no HTML as it was sent: a browser would save it as a file', async () => {
    const csv = { headers: { 'content-type': 'text/csv' }, body: 'name,price\nProduct 7,19\n' };
    const json = { headers: { 'content-type': 'application/json' }, body: '[{"name":"Product 8"}]' };
    const site = await openSite({ '/p/7': csv, '/p/8': json });
    const here = world();
    const fields = { name: { path: 'name', required: true } };
    const rule = { match: '**/p/*', render: 'browser', items: '', fields };
    const list = [`${site.origin}/p/7`, `${site.origin}/p/8`];
    const job = makeJob({
      sources: [{ urls: { list } }],
      pages: { product: rule },
      politeness: { gapMs: 0 },
    });
    await here.start('r', job);
    await driveRun(here, 'r', here.newProcess('a'));
    expect((await itemsAndFacts(here, 'r')).items).toEqual(['Product 7', 'Product 8']);
  });

  it('halts where nothing gives a browser', async () => {
    const here = enterWorld();
    await here.start('r', jobOf('http://127.0.0.1:9', 'browser'));
    await expect(driveRun(here, 'r', here.newProcess('a'))).rejects.toMatchObject({
      code: 'RENDER_UNAVAILABLE',
    });
  });
});
