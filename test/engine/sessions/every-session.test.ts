import { expect, it } from 'vitest';
import { unsealContent } from '../../../shared/sessions/sealed-session.ts';
import { expectAccounted } from '../accounts.ts';
import { enterWorld, openSite } from '../setting.ts';
import { page, redirect, type Site, type SiteAnswer, type SitePages, type SiteRequest } from '../site.ts';
import { wholeOf } from '../whole.ts';
import { driveRun, makeJob, type World } from '../world.ts';

const key = new Uint8Array(32).fill(5);
const env = {
  SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64'),
  PASS: 'geheimes-wort',
  KEY: 'key-of-the-only-one',
  KEYS: JSON.stringify(['a', 'b', 'c'].map((name) => ({ key: `key-of-account-${name}` }))),
};

const setting = (cookie: string, answer: SiteAnswer): SiteAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'set-cookie': cookie },
});

/** Pages that want a login: some end it, some set cookies, some tell its secret. */
function memberPages(elsewhere: string): SitePages {
  let logins = 0;
  const form = { body: '<form id=login method=post action=/login><input name=user><input name=pass></form>' };
  const sid = () => `sid=session-number-${logins}`;
  const inSession =
    (answer: SiteAnswer | ((request: SiteRequest) => SiteAnswer)) =>
    (request: SiteRequest): SiteAnswer => {
      if (!(request.headers.cookie ?? '').split('; ').includes(sid())) return form;
      return typeof answer === 'function' ? answer(request) : answer;
    };
  const ending = (answer: SiteAnswer, times: number) =>
    inSession(({ earlier }) => {
      if (earlier >= times) return answer;
      return { ...form, headers: { 'set-cookie': 'ended=by-this-page; Path=/' } };
    });
  return {
    '/login': ({ method, body }) => {
      if (method === 'GET') return form;
      logins += 1;
      if (!body.includes(`pass=${env.PASS}`)) return form;
      return setting(`${sid()}; HttpOnly; Path=/`, { body: '<b class=user>ann</b>' });
    },
    '/m/plain': inSession(page('Plain', '/logout', '/m/cart?do=buy', '/m/linked')),
    '/m/linked': inSession(page('Linked')),
    '/m/ends-once': ending(page('Ends once'), 1),
    '/m/ends-always': ending(page('Never'), 100),
    '/m/sets': inSession(setting('seen=something-new-1; Path=/', page('Sets'))),
    '/m/short': inSession(setting('lang=de; Path=/', page('Short'))),
    '/m/moves': inSession(setting('gate=open-for-members; Path=/', redirect('/m/moved'))),
    '/m/moved': inSession(page('Moved')),
    '/m/gate': inSession(({ headers }) =>
      headers.cookie?.includes('door=is-open-by-now')
        ? page('Gate')
        : setting('door=is-open-by-now; Path=/', redirect('/m/gate')),
    ),
    '/m/same': inSession(redirect('/m/same')),
    '/m/busy': inSession(({ earlier }) =>
      earlier === 0
        ? setting('busy=was-busy-once; Path=/', { status: 503, headers: { 'retry-after': '0' } })
        : page('Busy'),
    ),
    '/m/tells': inSession((request) => {
      const token = request.headers.cookie?.split('sid=')[1]?.split(';')[0];
      return page('Tells', `/m/token?sid=${token}`, `${elsewhere}/free?sid=${token}`);
    }),
    '/m/token': inSession(page('Token')),
    '/m/404': inSession({ status: 404 }),
  };
}

const needs = (header: string, refused: RegExp, answer: SiteAnswer) => (request: SiteRequest) =>
  request.headers[header] === undefined || refused.test(String(request.headers[header]))
    ? { status: 401, body: 'no' }
    : answer;

const keyPages: SitePages = {
  '/k/one': needs('authorization', /x/, page('Key one')),
  '/k/refused': { status: 401, body: 'not for you' },
  '/k/two': needs('authorization', /x/, setting('k=cookie-of-the-key-1; Path=/', page('Key two'))),
  '/k/404': { status: 404 },
};

/** Visitors are known by a cookie. */
function poolPages(): SitePages {
  let visitors = 0;
  const known = (answer: SiteAnswer) => (request: SiteRequest) => {
    if (request.headers.cookie?.includes('visitor=') === true) return answer;
    visitors += 1;
    return setting(`visitor=number-${visitors}-of-many; Path=/`, answer);
  };
  const once = (first: SiteAnswer, then: SiteAnswer) => (request: SiteRequest) =>
    known(request.earlier === 0 ? first : then)(request);
  return {
    '/q/one': known(page('Pool one')),
    '/q/closed': known({ status: 403, body: 'closed' }),
    '/q/once': once({ status: 403, body: 'no' }, page('Pool once')),
    '/q/later': once({ status: 429, headers: { 'retry-after': '2' } }, page('Pool later')),
    '/q/absurd': known({ status: 429, headers: { 'retry-after': '999999' } }),
    '/q/moves': known(redirect('/q/moved')),
    '/q/moved': known(page('Pool moved')),
    '/q/404': known({ status: 404 }),
    '/q/two': known(page('Pool two')),
    '/list?page=1': known({
      headers: { 'content-type': 'application/json' },
      body: '{"rows":[{"title":"r1"}]}',
    }),
    '/list?page=2': known({
      headers: { 'content-type': 'application/json' },
      body: '{"rows":[{"title":"r2"}]}',
    }),
    '/list?page=3': known({ headers: { 'content-type': 'application/json' }, body: '{"rows":[]}' }),
  };
}

const accountPages: SitePages = {
  '/a/one': needs('x-key', /account-a/, page('Account one')),
  '/a/two': needs('x-key', /account-a/, page('Account two')),
  '/a/three': needs('x-key', /account-[ab]/, page('Account three')),
};

function jobOf(sites: Record<'member' | 'keyed' | 'pooled' | 'accounts', Site>, other: Site) {
  const { member, keyed, pooled, accounts } = sites;
  const host = ({ origin }: Site) => [new URL(origin).host];
  const listed = (site: Site, pages: SitePages, prefix: string) =>
    Object.keys(pages)
      .filter((path) => path.startsWith(prefix) && !/linked|moved|token/.test(path))
      .map((path) => site.origin + path);
  const urls = (site: Site, pages: SitePages, prefix: string, label: string) => ({
    urls: { list: listed(site, pages, prefix), label },
  });
  const rule = { follow: ['a'], fields: { title: { select: 'h1', required: true } } };
  return makeJob({
    sources: [
      urls(member, memberPages(''), '/m/', 'member'),
      urls(keyed, keyPages, '/k/', 'keyed'),
      urls(pooled, poolPages(), '/q/', 'pooled'),
      urls(accounts, accountPages, '/a/', 'accounts'),
      {
        rest: {
          url: `${pooled.origin}/list`,
          items: 'rows',
          page: { by: 'number' },
          label: 'rows',
          session: 'pooled',
        },
      },
    ],
    sessions: {
      member: {
        hosts: host(member),
        headers: { 'x-client': 'one' },
        login: {
          steps: [
            { open: `${member.origin}/login` },
            { form: { fields: { user: 'ann', pass: '${env:PASS}' } } },
          ],
          check: { select: '.user' },
        },
        endedBy: { select: '#login' },
      },
      keyed: { hosts: host(keyed), bearer: '${env:KEY}' },
      pooled: { hosts: host(pooled), count: 3, retireAfter: 2, per: 'host' },
      accounts: {
        hosts: host(accounts),
        accounts: '${env:KEYS}',
        apiKey: { header: 'x-key', value: '${account:key}' },
        retireAfter: 1,
        rotateOn: [401],
      },
    },
    pages: {
      member: { match: '/m/**', session: 'member', ...rule },
      keyed: { session: 'keyed', ...rule },
      pooled: { session: 'pooled', ...rule },
      accounts: { session: 'accounts', ...rule },
      rows: { fields: { title: { path: 'title' } } },
      free: { match: '/free', session: 'none' },
    },
    fetch: { attempts: 2, concurrencyPerHost: 1, retry: { delayMs: 0 } },
    politeness: { slowDown: false, maxDelayMs: 5_000 },
    scope: { hosts: [...Object.values(sites), other].flatMap(host) },
  });
}

/** What the ledger knows of each session, opened. */
async function sessionLines(world: World, hosts: string[]): Promise<string[]> {
  const names = ['member', 'keyed', ...[0, 1, 2].map((seat) => `accounts#${seat}`)];
  const perHost = hosts.flatMap((host) => [0, 1, 2].map((seat) => `pooled#${seat}@${host}`));
  const lines: string[] = [];
  for (const name of [...names, ...perHost]) {
    const record = await world.ledger.readSession(`test/${name}`);
    if (record === undefined) continue;
    const { generation, version, hasEnded } = record;
    const content = unsealContent(key, `test/${name}`, record);
    const { failures, provenIn, restsFor, endedAt, headers, ownHeaders, cookies = [] } = content ?? {};
    const known = { failures, provenIn, restsFor, endedAt, headers, ownHeaders };
    const jar = cookies.map((cookie) => `${cookie.name}=${cookie.value}`);
    lines.push(JSON.stringify({ name, generation, version, hasEnded, ...known, jar }));
  }
  return lines;
}

it('sends, keeps and comes to what it did, in each kind of session', async () => {
  const other = await openSite({ '/free': page('Free') });
  const sites = {
    member: await openSite(memberPages(other.origin)),
    keyed: await openSite(keyPages),
    pooled: await openSite(poolPages()),
    accounts: await openSite(accountPages),
  };
  const world = enterWorld({ batchSize: 50 }, env);
  await world.start('r', jobOf(sites, other));
  await driveRun(world, 'r', world.newProcess('p'));
  await expectAccounted(world, 'r');
  const lines = await sessionLines(
    world,
    Object.values(sites).map(({ origin }) => new URL(origin).host),
  );
  const text = await wholeOf(world, 'r', { ...sites, other }, lines);
  await expect(text).toMatchFileSnapshot('every-session.txt');
});
