import { expect, it } from 'vitest';
import { attemptsOf, expectNoSecrets, itemsOf, openProject, sessionsOf } from './project.ts';
import { type Account, type App, describeApp, startApp, truthOf } from './start-app.ts';

interface Truth {
  accounts: Account[];
  pages: { namespace: number; path: string; redirect: boolean }[];
}

/** A job for a wiki that shows nothing without a login, with status 200. */
function mountainsJob({ origin, host }: App): string {
  return `name: mountains
network: allowPrivate
sources:
  - crawl: { start: "${origin}/index.php?title=Special:AllPages&hideredirects=1", label: list }
sessions:
  reader:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/index.php?title=Special:UserLogin"
        - form:
            select: form[name=userlogin]
            fields: { wpName: Reader, wpPassword: "\${env:READER_PASS}" }
      check: { select: "#pt-logout", not: { select: "form[name=userlogin]" } }
    endedBy: { select: "#pt-login" }
pages:
  list:
    follow:
      - { select: ".mw-allpages-chunk a", label: page }
      - { select: ".mw-allpages-nav a", label: list }
  page: { fields: { title: { select: "#firstHeading", required: true } } }
politeness: { gapMs: 5, slowDown: false, robots: ignore, robotsMeta: ignore }
`;
}

describeApp('mediawiki', () => {
  it('takes every page of a wiki that shows none without a login', async () => {
    await using app = await startApp('mediawiki', { PRIVATE: '1' });
    const { accounts, pages } = truthOf<Truth>('mediawiki');
    const password = accounts.find(({ user }) => user === 'Reader')?.password ?? '';
    using folder = openProject({ READER_PASS: password });
    folder.write('mountains.yaml', mountainsJob(app));
    const answer = await folder.call('run', 'mountains.yaml', '--processes', '4');
    const taken = itemsOf(folder, 'mountains').map(({ _url }) => decodeURI(new URL(String(_url)).pathname));
    const wanted = pages.filter(({ namespace, redirect }) => namespace === 0 && !redirect);
    expect(taken.sort()).toEqual(wanted.map(({ path }) => decodeURI(path)).sort());
    expect(sessionsOf(folder).map(({ logins }) => logins)).toEqual([1]);
    expect(attemptsOf(folder)).toBe(1);
    expectNoSecrets(folder, [password], [answer]);
  });
});
