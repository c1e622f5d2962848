import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CliFolder } from '../cli/call-cli.ts';
import {
  attemptsOf,
  expectNoSecrets,
  itemsOf,
  openProject,
  processArguments,
  sessionsOf,
  storedPages,
} from './project.ts';
import { type Account, type App, describeApp, startApp, truthOf, variablesOf } from './start-app.ts';

interface Truth {
  accounts: Account[];
  pages: { id: string; readers: string[] }[];
}

/** A job that takes every page of the wiki that the account may see. */
function wikiJob({ origin, host }: App, account: string, gapMs: number): string {
  const name = account.toUpperCase();
  return `name: wiki-${account}
network: allowPrivate
sources:
  - crawl: { start: "${origin}/start" }
  - sitemap: { urls: "${origin}/doku.php?do=sitemap" }
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/start?do=login"
        - form: { select: "#dw__login", fields: { u: "\${env:${name}_USER}", p: "\${env:${name}_PASS}" } }
      check: { select: ".user", not: { select: "#dw__login" } }
    endedBy: { select: "#dw__login" }
pages:
  default:
    follow: [a.wikilink1, a.wikilink2, a.action]
    fields:
      file: { select: .docInfo bdi, required: true }
scope: { exclude: ["**do=*", "**rev=*", "/lib/**", "/feed.php**", "/_*/**"] }
politeness: { gapMs: ${gapMs}, slowDown: false }
`;
}

describeApp('dokuwiki', () => {
  const { accounts, pages } = truthOf<Truth>('dokuwiki');
  const passwords = accounts.map(({ password }) => password);
  const env = variablesOf(accounts);
  const seenBy = (reader: string) =>
    pages
      .filter(({ readers }) => readers.includes(reader))
      .map(({ id }) => `${id.replaceAll(':', '/')}.txt`)
      .sort();
  const takenBy = (folder: CliFolder, account: string) =>
    itemsOf(folder, `wiki-${account}`)
      .map(({ file }) => String(file))
      .sort();

  let app: App;
  let ending: App;
  beforeAll(async () => {
    app = await startApp('dokuwiki');
    ending = await startApp('dokuwiki', { SESSION_SECONDS: '2' });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await ending[Symbol.asyncDispose]();
  });

  it('two accounts at once take what each may see and no more, with one login each for four processes', async () => {
    using folder = openProject(env);
    folder.write('wiki.yaml', ['member', 'chief'].map((account) => wikiJob(app, account, 5)).join('---\n'));
    const answer = await folder.call('run', 'wiki.yaml', '--processes', '4');
    expect(takenBy(folder, 'member')).toEqual(seenBy('member'));
    expect(takenBy(folder, 'chief')).toEqual(seenBy('chief'));
    expect(sessionsOf(folder).map(({ name, logins }) => [name, logins])).toEqual([
      ['wiki-chief/chief', 1],
      ['wiki-member/member', 1],
    ]);
    expect(attemptsOf(folder)).toBe(2);
    expectNoSecrets(folder, passwords, [answer]);
  });

  it('a session that ends on the way is opened again, and no page is lost or taken without it', async () => {
    using folder = openProject(env);
    folder.write('wiki.yaml', wikiJob(ending, 'member', 60));
    const answer = await folder.call('run', 'wiki.yaml', '--processes', '2');
    expect(takenBy(folder, 'member')).toEqual(seenBy('member'));
    const [session] = sessionsOf(folder);
    expect(session?.logins).toBeGreaterThan(1);
    expect(attemptsOf(folder)).toBe(session?.logins);
    expectNoSecrets(folder, passwords, [answer]);
  });

  it('a run that is killed five times ends with the same pages, and no secret in a process list', async () => {
    using folder = openProject(env);
    folder.write('wiki.yaml', wikiJob(app, 'member', 40));
    let call = folder.start(['run', 'wiki.yaml', '--processes', '2'], { ownGroup: true });
    for (let death = 0; death < 5; death += 1) {
      if (death === 0) await call.said('started');
      await storedPages(folder, 5 * death);
      const listed = processArguments();
      for (const password of passwords) expect(listed).not.toContain(password);
      if (call.child.pid !== undefined) process.kill(-call.child.pid, 'SIGKILL');
      await call.done;
      call = folder.start(['resume', '--last'], { ownGroup: true });
    }
    const answer = await call.done;
    expect(takenBy(folder, 'member')).toEqual(seenBy('member'));
    expect(attemptsOf(folder)).toBeLessThanOrEqual(2);
    expectNoSecrets(folder, passwords, [answer]);
  });

  it('a wrong password stops the run after one attempt', async () => {
    using folder = openProject({ ...env, MEMBER_PASS: 'not-this-one-either' });
    folder.write('wiki.yaml', wikiJob(app, 'member', 5));
    const answer = await folder.call('run', 'wiki.yaml', '--processes', '2');
    expect(`${answer.stdout}${answer.stderr}`).toContain('LOGIN_REFUSED');
    expect(answer.code).not.toBe(0);
    expect(attemptsOf(folder)).toBe(1);
    expectNoSecrets(folder, [...passwords, 'not-this-one-either'], [answer]);
  });
});
