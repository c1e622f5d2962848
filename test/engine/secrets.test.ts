import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRedaction } from '../../shared/engine/redaction.ts';
import type { Outcome, PageFact, PageRequest } from '../../shared/model.ts';
import { resolveSecrets } from '../../shared/schema/secrets.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json, page, redirect, type SitePages } from './site.ts';
import { driveRun, endsOf, itemLines, makeJob, outcomesOf, type World } from './world.ts';

/** All that the store keeps of a run, as text. Outcomes are compressed in the file, so they come through the port. */
async function everythingKept(world: World): Promise<string> {
  const tables = world.database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => world.database.prepare(`SELECT * FROM "${name}"`).all());
  const file = ['store.db', 'store.db-wal'].map((name) => readFileSync(join(world.folder, name), 'latin1'));
  return [JSON.stringify(rows), JSON.stringify(await outcomesOf(world, 'r')), ...file].join('\n');
}

/** However it may be written. */
function formsOf(secret: string): string[] {
  const url = new URL('http://a.test/');
  url.searchParams.set('x', secret);
  const inForm = url.search.slice('?x='.length);
  const parsed = new URL(`http://a.test/?${secret}`).search.slice(1);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), inForm, parsed];
}

async function runApi(origin: string, rest: Record<string, unknown>, env: Record<string, string>) {
  const world = enterWorld({}, env);
  const fields = { name: { path: 'name', required: true }, echo: { path: 'echo' } };
  const sources = [{ rest: { url: `${origin}/api`, items: 'rows', label: 'row', ...rest } }];
  await world.start('r', makeJob({ sources, pages: { row: { fields } }, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  return world;
}

describe('${env:…} in a rest source', () => {
  it.each(['s3cr3t-value', 'a b/c+d&e=f"g', '1234', 'stored'])(
    'reaches the server in header, query and body, and stays out of the store: %j',
    async (key) => {
      const pages: SitePages = {};
      const site = await openSite(pages);
      const echo = [key, { nested: `<${key}>`, [key]: [key] }];
      pages['/api'] = ({ path }) => {
        const number = Number(new URL(path, site.origin).searchParams.get('page'));
        if (number === 3) return { status: 400 };
        return json({ rows: [{ name: `row ${number}`, echo }] });
      };
      const rest = {
        url: `${site.origin}/api?key=\${env:API_KEY}`,
        method: 'POST',
        headers: { authorization: 'Bearer ${env:API_KEY}' },
        body: '{"key": "${env:API_KEY}"}',
        page: { by: 'number' },
      };
      const world = await runApi(site.origin, rest, { API_KEY: key });

      expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, 'failed:HTTP_400': 1, items: 2 });
      const asked = site.log.filter(({ path }) => path !== '/robots.txt');
      expect(asked).toHaveLength(3);
      for (const { path, headers, body } of asked) {
        expect(new URL(path, site.origin).searchParams.get('key')).toBe(key);
        expect(headers.authorization).toBe(`Bearer ${key}`);
        expect(body).toBe(`{"key": "${key}"}`);
      }
      expect(await itemLines(world, 'r')).toHaveLength(2);
      expect((await itemLines(world, 'r'))[0]).toContain('[secret]');
      // Words the engine itself writes are found everywhere; as a secret they are beyond hiding.
      if (['stored', '1234'].includes(key)) return;
      const kept = await everythingKept(world);
      expect(kept).toContain('row 1');
      for (const form of formsOf(key)) expect(kept).not.toContain(form);
    },
  );

  it('may be a word that its source says in plain, such as the name of a parameter', async () => {
    const pages: SitePages = {};
    const site = await openSite(pages);
    pages['/api'] = ({ path }) => json({ rows: path.endsWith('page=3') ? [] : [{ name: path }] });
    const rest = { url: `${site.origin}/api?key=\${env:API_KEY}`, page: { by: 'number' } };
    const world = await runApi(site.origin, rest, { API_KEY: 'page' });
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, items: 2 });
    expect(site.log.at(-1)?.path).toBe('/api?key=page&page=3');
  });

  it.each(['hex', 'base64', 'base64url'] as const)(
    'is not stored within what an answer has encoded as %s, wherever it begins there',
    async (encoding) => {
      const key = 's3cr3t/+&=value-ü?';
      const pages: SitePages = {};
      const site = await openSite(pages);
      const echo = ['', 'a', 'ab'].map((before) => Buffer.from(`${before}${key}|behind`).toString(encoding));
      pages['/api'] = json({ rows: echo.map((text) => ({ name: 'row 1', echo: text })) });
      const world = await runApi(site.origin, { headers: { 'x-key': '${env:API_KEY}' } }, { API_KEY: key });
      expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, items: 3 });
      const kept = await everythingKept(world);
      expect(kept.split('[secret]').length).toBeGreaterThan(3);
      // All that is left of it are characters at its edges, which hold bits of their neighbours.
      for (const text of echo)
        for (let at = 4; at + 12 < 30; at++) expect(kept).not.toContain(text.slice(at, at + 12));
    },
  );

  it('cuts the list of an API whose next page cannot be asked for without it, and says so', async () => {
    const key = 's3cr3t-value-0123';
    const pages: SitePages = {};
    const site = await openSite(pages);
    const encoded = Buffer.from(`a${key}`).toString('base64url');
    pages['/api'] = json({ rows: [{ name: 'one' }], next: `${site.origin}/api?state=${encoded}` });
    const rest = { headers: { 'x-key': '${env:API_KEY}' }, page: { by: 'cursor', path: 'next' } };
    const world = await runApi(site.origin, rest, { API_KEY: key });
    expect(await expectAccounted(world, 'r')).toMatchObject({
      stored: 1,
      'refused:secret': 1,
      'lists:cut': 1,
      'lists:cut:0': 1,
    });
  });

  it('survives an API that writes the key into the URL of its next page, and into a redirect', async () => {
    const key = 's3cr3t/+&=value';
    const pages: SitePages = {};
    const site = await openSite(pages);
    const withKey = (path: string) => `${site.origin}${path}?key=${encodeURIComponent(key)}`;
    pages['/api'] = json({ rows: [{ name: 'one' }], next: withKey('/api2') });
    pages['/api2'] = redirect(`${withKey('/api3')}&moved=1`);
    pages['/api3'] = json({ rows: [{ name: 'two' }] });
    const rest = { url: `${site.origin}/api?key=\${env:API_KEY}`, page: { by: 'cursor', path: 'next' } };
    const world = await runApi(site.origin, rest, { API_KEY: key });

    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, 'skipped:REDIRECTED': 1, items: 2 });
    const keys = site.log
      .filter(({ path }) => path !== '/robots.txt')
      .map(({ path }) => new URL(path, site.origin).searchParams.get('key'));
    expect(keys).toEqual([key, key, key]);
    const kept = await everythingKept(world);
    for (const form of formsOf(key)) expect(kept).not.toContain(form);
  });

  it('is not given to whoever names it: another variable, or another host', async () => {
    const env = { API_KEY: 'own-key-value', OTHER: 'other-value' };
    const other = await openSite({ '/api': json({ rows: [{ name: 'two' }] }) });
    const pages: SitePages = {};
    const site = await openSite(pages);
    pages['/api'] = json({ rows: [{ name: 'one' }], next: '/api2?x=${env:OTHER}&y=$%7Benv%3AOTHER%7D' });
    pages['/api2'] = json({ rows: [{ name: 'two' }], next: `${other.origin}/api?x=\${env:API_KEY}` });
    const rest = {
      method: 'POST',
      headers: { 'x-key': '${env:API_KEY}' },
      body: '${env:API_KEY}',
      page: { by: 'cursor', path: 'next' },
    };
    const world = await runApi(site.origin, rest, env);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3 });
    const said = (log: typeof site.log) =>
      JSON.stringify(log.map(({ path, headers, body }) => [path, headers, body]));
    expect(said(site.log)).toContain('own-key-value');
    expect(said(site.log)).not.toContain('other-value');
    expect(said(other.log)).not.toContain('own-key-value');
  });

  it('is hidden in the message of an error that contains the URL', async () => {
    const site = await openSite({ '/api': ({ path }) => ({ body: `no JSON for ${path}` }) });
    const rest = { url: `${site.origin}/api?key=\${env:API_KEY}`, page: { by: 'number' } };
    const world = await runApi(site.origin, rest, { API_KEY: 's3cr3t-value' });
    expect(Object.values(await endsOf(world, 'r'))).toEqual(['failed REST_INVALID']);
    expect(await everythingKept(world)).not.toContain('s3cr3t-value');
  });
});

describe('${env:…} in fetch.headers', () => {
  it('goes to the hosts of the sources and stays out of the store', async () => {
    const site = await openSite({ '/': ({ headers }) => ({ body: `<h1>${headers['x-key']}</h1>` }) });
    const world = enterWorld({}, { KEY: 's3cr3t-value' });
    const sources = [{ crawl: { start: `${site.origin}/` } }];
    const fetch = { headers: { 'x-key': '${env:KEY}' } };
    await world.start('r', makeJob({ sources, fetch, pages: { default: { fields: { title: 'h1' } } } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, items: 1 });
    expect(site.log.at(-1)?.headers['x-key']).toBe('s3cr3t-value');
    expect(await everythingKept(world)).not.toContain('s3cr3t-value');
    expect(await itemLines(world, 'r')).toEqual([expect.stringContaining('[secret]')]);
  });

  it('is hidden in a value that was lost, also where the value is cut within it', async () => {
    const filler = 'x'.repeat(70);
    const site = await openSite({
      '/': ({ headers }) => ({ body: `<h1>${headers['x-key']}</h1><h2>${filler}${headers['x-key']}</h2>` }),
    });
    const world = enterWorld({}, { KEY: 's3cr3t-value' });
    const fields = {
      short: { select: 'h1', type: 'number' },
      long: { select: 'h2', type: 'number' },
      none: { select: 'h3', required: true },
    };
    await world.start(
      'r',
      makeJob({
        sources: [{ crawl: { start: `${site.origin}/` } }],
        fetch: { headers: { 'x-key': '${env:KEY}' } },
        pages: { default: { fields } },
      }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const [item] = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
    const found = Object.fromEntries((item?.lost ?? []).map((loss) => [loss.field, loss.found]));
    expect(found).toEqual({ short: '[secret]', long: `${filler}[secret]`, none: undefined });
    expect(await everythingKept(world)).not.toContain('s3cr3t');
  });

  it('does not go along to another host, neither to its pages nor to its robots.txt', async () => {
    const other = await openSite({ '/home': page('Home') });
    const site = await openSite({ '/': redirect(`${other.origin}/home`) });
    const world = enterWorld({}, { KEY: 's3cr3t-value' });
    const sources = [{ crawl: { start: `${site.origin}/` } }];
    const fetch = { headers: { 'X-Key': '${env:KEY}', Cookie: 'session=1', 'x-plain': 'yes' } };
    await world.start('r', makeJob({ sources, fetch }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'skipped:REDIRECTED': 1 });
    const sent = (log: typeof site.log) =>
      log.map(({ path, headers }) => [path, headers['x-key'], headers.cookie, headers['x-plain']]);
    const own = ['s3cr3t-value', 'session=1', 'yes'];
    expect(sent(site.log)).toEqual([
      ['/robots.txt', ...own],
      ['/', ...own],
    ]);
    const foreign = [undefined, undefined, 'yes'];
    expect(sent(other.log)).toEqual([
      ['/robots.txt', ...foreign],
      ['/home', ...foreign],
    ]);
  });
});

describe('makeRedaction', () => {
  const secret = 's3cr3t';
  const sources = [
    { rest: { url: 'https://api.test/', headers: { token: '${env:TOKEN}' }, label: 'default' } },
  ];
  const written = makeJob({ sources });
  const { redact } = makeRedaction(written, resolveSecrets(written, { TOKEN: secret }), { TOKEN: secret });
  const url = `https://a.test/?echo=${secret}`;
  const request: PageRequest = {
    ...{ kind: 'page', url, label: 'default', depth: 1, attempt: 0, referrer: url, via: [url] },
    cookies: { received: [{ url, cookie: `id=${secret}` }], changedAt: 1 },
  };
  const outcome: Outcome = {
    ...{ run: 'r', batch: 'b', counts: { stored: 1 }, batchSizes: { own: 1, other: 1 } },
    pages: [{ kind: 'page', url, end: 'skipped', referrer: url, message: url, redirect: url } as PageFact],
    items: [{ item: 'x', url, fields: { [secret]: [{ deep: secret }, 1, null, true] } }],
    links: [request],
    retries: [request],
    halt: { code: 'BLOCKED', message: secret, at: 1 },
  };

  it('hides a secret wherever an outcome may have it, and changes nothing else', () => {
    const hidden = redact(outcome);
    expect(JSON.stringify(hidden)).not.toContain(secret);
    expect(hidden).toEqual(JSON.parse(JSON.stringify(outcome).replaceAll(secret, '[secret]')));
  });

  it('leaves an outcome as it is where nothing is secret', () => {
    const plain = makeJob({ sources: [{ crawl: { start: 'https://a.test/' } }] });
    expect(makeRedaction(plain, plain, {}).redact(outcome)).toBe(outcome);
  });

  it('hides a secret that an answer has as a number, whole, and leaves other numbers what they are', () => {
    const redaction = makeRedaction(written, resolveSecrets(written, { TOKEN: '739201' }), {
      TOKEN: '739201',
    });
    expect(redaction.redactValue({ pin: 739_201, pins: [739_201, 739_202], longer: 7_392_011 })).toEqual({
      ...{ pin: '[secret]', pins: ['[secret]', 739_202], longer: 7_392_011 },
    });
  });
});
