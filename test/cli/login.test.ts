import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loginByPerson } from '../../cli/login/login-by-person.ts';
import { openSessionToLogIn } from '../../cli/login/session-to-log-in.ts';
import { describeBrowser, sandbox } from '../browser/chromium.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import type { SitePages } from '../engine/site.ts';
import { makeJob } from '../engine/world.ts';
import { openCliFolder } from './call-cli.ts';
import { hasXvfb, openDisplay } from './open-display.ts';

const env = { SPINNERET_SESSION_KEY: Buffer.alloc(32, 7).toString('base64') };

/** Its page logs in by itself, as the person at the window would, once with a second factor. */
const pages: SitePages = {
  '/login': {
    body: '<form method=post action=/code><input name=user value=ann></form><script>document.forms[0].submit()</script>',
  },
  '/code': {
    body: '<form method=post action=/in><input name=code value=123456></form><script>setTimeout(() => document.forms[0].submit(), 100)</script>',
  },
  '/in': {
    headers: { 'set-cookie': 'sid=session-of-a-person; HttpOnly; Path=/' },
    body: '<a class=user>ann</a>',
  },
  '/page': ({ headers }) => ({ body: `<h1>${headers.cookie === undefined ? 'nobody' : 'member'}</h1>` }),
};

const jobOf = (origin: string, via = 'person') => `name: club
network: allowPrivate
sources: [{ crawl: { start: "${origin}/page" } }]
sessions:
  member:
    hosts: ["${new URL(origin).host}"]
    login: { via: ${via}, steps: [{ open: "${origin}/login" }], check: { select: .user } }
pages: { page: { match: "**", fields: { name: h1 } } }
politeness: { gapMs: 0 }
`;

describeBrowser('spinneret login', () => {
  it.skipIf(!hasXvfb)('keeps the session of a person for runs', async () => {
    const site = await openSite(pages);
    using folder = openCliFolder({ ...env, DISPLAY: await openDisplay() });
    folder.write('club.yaml', jobOf(site.origin));
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    const login = await folder.call('login', 'club.yaml');
    expect(login).toMatchObject({ code: 0 });
    expect(login.stdout).toContain('session member is open: 1 cookies kept (sid)');
    expect(`${login.stdout}${login.stderr}`).not.toContain('session-of-a-person');
    const run = await folder.call('run', 'club.yaml');
    expect(run.stdout).toContain('"name":"member"');
    expect(site.hits('/in')).toBe(1);
  });

  it('takes the word of the person where the check holds for nothing, and keeps no cookie of other hosts', async () => {
    const other = await openSite({
      '/': { headers: { 'set-cookie': 'theirs=cookie-of-another; Path=/' }, body: '' },
    });
    const site = await openSite({
      '/login': {
        headers: { 'set-cookie': 'sid=session-of-a-person; Path=/' },
        body: `<iframe src="${other.origin.replace('127.0.0.1', 'localhost')}/"></iframe>`,
      },
    });
    using folder = openCliFolder();
    folder.write('club.yaml', jobOf(site.origin));
    const { session, sessions } = await openSessionToLogIn(
      join(folder.path, 'club.yaml'),
      undefined,
      undefined,
    );
    const world = enterWorld();
    await world.start('r', makeJob({ name: 'club', sources: [{ crawl: { start: site.origin } }] }));
    await world.ledger.moveRun('r', ['running'], 'paused', { code: 'LOGIN_NEEDED', message: '' });
    const entered = Promise.withResolvers<void>();
    const notes: string[] = [];
    const kept = loginByPerson({
      ...{ session, sessions, url: undefined, browser: { sandbox }, store: world, isHeadless: true },
      entered: entered.promise,
      onNote: (text) => notes.push(text),
    });
    await expect.poll(() => other.hits('/')).toBe(1);
    entered.resolve();
    expect(await kept).toEqual({
      session: 'member',
      cookies: ['sid'],
      pausedRuns: ['r'],
      unmet: 'not so: select .user',
    });
    expect(await world.ledger.readSession('club/member')).toMatchObject({ generation: 1, hasEnded: false });
  });

  it('waits for the person where the check holds for the first page', async () => {
    const site = await openSite({ '/login': { body: '<a class=user></a>' } });
    using folder = openCliFolder();
    folder.write('club.yaml', jobOf(site.origin));
    const { session, sessions } = await openSessionToLogIn(
      join(folder.path, 'club.yaml'),
      undefined,
      'member',
    );
    const entered = Promise.withResolvers<void>();
    const said: string[] = [];
    await loginByPerson({
      ...{ session, sessions, url: undefined, browser: { sandbox }, store: enterWorld(), isHeadless: true },
      entered: entered.promise,
      onNote(text) {
        said.push(text);
        if (text.includes('holds already')) entered.resolve();
      },
    });
    expect(said.at(-1)).toContain('press Enter');
  });

  it('says what to do where there is no display', async () => {
    using folder = openCliFolder({ ...env, DISPLAY: '', WAYLAND_DISPLAY: '' });
    folder.write('club.yaml', jobOf('http://127.0.0.1:9'));
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    const login = await folder.call('login', 'club.yaml');
    expect(login.code).not.toBe(0);
    expect(login.stderr).toContain('LOGIN_NO_DISPLAY');
    expect(login.stderr).toContain('ssh -X');
    expect(await folder.call('login', 'club.yaml', 'guest')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it has member'),
    });
  });
});
