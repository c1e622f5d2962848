import { expect, it } from 'vitest';
import type { PageArchive } from '../../../shared/engine/keep/page-archive.ts';
import type { KeptExchange } from '../../../shared/warc/exchange.ts';
import { expectAccounted } from '../accounts.ts';
import { storeOf } from '../downloads/setting.ts';
import { enterWorld, openSite } from '../setting.ts';
import { json, redirect, robots, type SitePages } from '../site.ts';
import { wholeOf } from '../whole.ts';
import { driveRun, makeJob } from '../world.ts';
import { scripted, scriptedRenderer } from './scripted-renderer.ts';

const script = (body: string) => ({ headers: { 'content-type': 'text/javascript' }, body });
const large = 'x'.repeat(2_000);

/** Hosts whose resources pages ask for; `other`: of another site. */
function shopPages(other: string, busy: string): SitePages {
  const api = { isOfScript: true as const };
  const asStatic = { isStatic: true };
  const frame = { isFrame: true as const, askedBy: [other] };
  return {
    '/robots.txt': robots('User-agent: *\nDisallow: /private'),
    '/app/all': scripted(
      {
        asks: [
          { url: '/app.js', ...asStatic },
          { url: '/app.js', ...asStatic },
          { url: '/app.js', ...asStatic, headers: { origin: 'http://a.example' } },
          { url: '/large', ...api },
          {
            url: '/api/item?n=1',
            ...api,
            headers: { 'x-kind': 'k', authorization: 'Bearer of-the-page-itself' },
          },
          {
            url: '/api/item',
            ...api,
            method: 'POST',
            body: '{"n":2}',
            headers: { 'content-type': 'text/json' },
          },
          { url: '/api/item', method: 'PUT', body: 'no' },
          { url: '/private/x' },
          { url: 'data:text/plain,x' },
          { url: '/cut' },
          { url: '/missing' },
          { url: '/hop/1' },
          { url: '/loop' },
          {
            url: '/see-other',
            method: 'POST',
            body: 'form',
            headers: { 'content-type': 'text/x', 'x-kind': 'k' },
          },
          { url: '/keep-method', method: 'POST', body: 'form' },
          { url: '/keep-body-elsewhere', method: 'POST', body: 'form' },
          {
            url: '/elsewhere',
            headers: { authorization: 'Bearer of-the-page-itself', cookie: 'own=1', 'x-kind': 'k' },
          },
          { url: `${other}/free`, headers: { cookie: 'own=1' } },
          { url: `${other}/shut/x` },
          { url: `${busy}/any` },
          { url: '/account', ...frame },
          { url: '/frame', ...frame, askedBy: [other, 'null'] },
          { url: '/framed-hop', isFrame: true },
        ],
        removed: 2,
      },
      '<h1>All</h1>',
    ),
    '/app/again': scripted({ asks: [{ url: '/app.js', ...asStatic }, { url: '/large' }] }, '<h1>Again</h1>'),
    '/app/moves': scripted({ movesTo: '/app/again' }),
    '/app/links': scripted({}, '<h1>Links</h1><a href="/app/linked">x</a>'),
    '/app/linked': scripted({}, '<h1>Linked</h1>'),
    '/app/none': scripted({}),
    '/auto/whole': scripted({}, '<h1>Whole</h1>'),
    '/auto/lacks': scripted({ asks: [{ url: '/title' }] }),
    '/auto-links/has': scripted({}, '<a href="/app/linked">x</a>'),
    '/auto-links/none': scripted({ asks: [{ url: '/anchor' }] }, '<p>none</p>'),
    '/auto/gone': { status: 404 },
    '/xhr/two': scripted({
      asks: [
        { url: '/api/parts?page=2', ...api },
        { url: '/api/menu', ...api },
        { url: '/api/parts?page=1', ...api },
        { url: '/api/parts', ...api, method: 'POST', body: '{"page":3}' },
      ],
    }),
    '/xhr/broken': scripted({ asks: [{ url: '/api/parts?gone', ...api }] }),
    '/xhr/silent': scripted({
      asks: Array.from({ length: 7 }, (_, n) => ({ url: `/api/menu?${n}`, ...api })),
    }),
    '/xhr/nothing': scripted({}),
    '/picture/1': scripted({}, '<p><b>Seen</b></p><p><b>Twice</b></p>'),
    '/picture/wall': scripted({}, '<i>wall</i>'),
    '/app.js': script('app()'),
    '/large': script(large),
    '/title': { body: '<h1>Title</h1>' },
    '/anchor': { body: '<a href="/app/linked">x</a>' },
    '/api/item?n=1': {
      ...json({ n: 1 }),
      headers: { 'content-type': 'application/json', 'set-cookie': 'a=1' },
    },
    '/api/item': json({ n: 2 }),
    '/cut': { headers: { 'content-length': '100' }, body: 'half', isCut: true },
    '/hop/1': redirect('/hop/2', 307),
    '/hop/2': redirect('/title', 301),
    '/loop': redirect('/loop'),
    '/see-other': redirect('/echo', 303),
    '/keep-method': redirect('/echo', 308),
    '/keep-body-elsewhere': redirect(`${other}/free`, 307),
    '/elsewhere': redirect(`${other}/free`),
    '/framed-hop': redirect('/title'),
    '/echo': { body: 'echo' },
    '/account': { body: 'account' },
    '/frame': { body: 'frame' },
    '/api/parts?page=1': json({ parts: [{ id: 'a' }, { id: 'b' }] }),
    '/api/parts?page=2': json({ parts: [{ id: 'c' }] }),
    '/api/parts': json({ parts: [{ id: 'd' }] }),
    '/api/parts?gone': { status: 404, body: 'gone' },
    '/api/menu': json({ parts: [{ id: 'no part' }] }),
  };
}

const jobOf = (origin: string, pages: SitePages) => {
  const heading = { title: { select: 'h1', required: true } };
  return makeJob({
    sources: [
      {
        urls: {
          list: Object.keys(pages)
            .filter((path) => /^\/(app|auto|auto-links|xhr|picture)\//.test(path) && path !== '/app/linked')
            .map((path) => origin + path),
        },
      },
    ],
    pages: {
      app: { match: '/app/*', render: 'browser', follow: ['a'], fields: heading },
      auto: { match: '/auto/*', render: 'auto', fields: heading },
      autoLinks: { match: '/auto-links/*', render: 'auto', follow: ['a'] },
      xhr: {
        match: '/xhr/*',
        render: { from: 'xhr', match: '**/parts*' },
        items: 'parts',
        fields: { id: { path: 'id' } },
      },
      picture: {
        match: '/picture/*',
        render: { capture: 'pdf' },
        each: 'p',
        fields: { title: 'b' },
        unless: { select: 'i' },
      },
    },
    fetch: { attempts: 1, concurrencyPerHost: 1, headers: { 'x-own': '${env:TOKEN}' } },
    politeness: { slowDown: false },
    keep: 'warc',
  });
};

/** Notes each exchange that is kept. */
function notingArchive(kept: object[]): PageArchive {
  const shown = ({ request, response, ...rest }: KeptExchange) => {
    const texts = Object.entries(response).map(([name, value]) =>
      value instanceof Uint8Array ? [name, Buffer.from(value).toString().slice(0, 300)] : [name, value],
    );
    const { headers = [], body = '', ...sent } = request ?? {};
    const own = headers.filter(([name]) => !/^(accept.*|user-agent)$/i.test(name));
    const { headers: answered, ...of } = Object.fromEntries(texts) as { headers: [string, string][] };
    const set = answered.filter(([name]) => !/^(date|connection|keep-alive)$/.test(name));
    return { ...rest, sent: { ...sent, own, body: Buffer.from(body).toString() }, ...of, set };
  };
  return {
    begin: async (batch) => {
      const added: object[] = [];
      return {
        async add(exchange) {
          added.push(shown(exchange));
          return { from: added.length, bytes: 7, digest: 'digest' };
        },
        async finish() {
          kept.push(...added);
          return { file: `of ${batch.length}`, bytes: added.length };
        },
        discard: async () => undefined,
      };
    },
  };
}

it('are read, kept and counted as they were, with all that they ask for', async () => {
  const other = await openSite({
    '/robots.txt': robots('User-agent: *\nDisallow: /shut'),
    '/free': { body: 'free' },
  });
  const busy = await openSite({ '/robots.txt': { status: 503 } });
  const pages = shopPages(other.origin, busy.origin);
  const shop = await openSite(pages);
  const seen: string[] = [];
  const kept: object[] = [];
  const world = enterWorld(
    { batchSize: 50, maxWaitMs: 5_000 },
    { TOKEN: 'geheimes-wort' },
    {
      makeRenderer: async () => scriptedRenderer(seen),
      openFiles: (folder) => storeOf(folder),
      openArchive: () => notingArchive(kept),
    },
  );
  await world.start('r', jobOf(shop.origin, pages));
  await driveRun(world, 'r', world.newProcess('p'));
  await expectAccounted(world, 'r');
  const own = [...seen, ...kept.map((one) => JSON.stringify(one))];
  const text = await wholeOf(world, 'r', { shop, other, busy }, own);
  await expect(text).toMatchFileSnapshot('every-script.txt');
});
