import { expect, it } from 'vitest';
import { attemptsOf, expectNoSecrets, itemsOf, openProject, sessionsOf } from './project.ts';
import { type Account, type App, describeApp, startApp, truthOf, variablesOf } from './start-app.ts';

interface Truth {
  accounts: Account[];
  packages: { name: string; latest: string; readers: string[] }[];
}

/** A job whose login is a JSON request with a token, for an API whose answers are 401 without it. */
function packagesJob({ origin, host }: App, account: string, packages: string[], gapMs: number): string {
  const name = account.toUpperCase();
  return `name: packages-${account}
network: allowPrivate
sources:
  - rest: { url: "${origin}/-/verdaccio/data/packages", label: package }
  - urls: { list: ${JSON.stringify(packages.map((one) => `${origin}/${one.replaceAll('/', '%2f')}`))}, label: one }
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - request:
            url: "${origin}/-/verdaccio/sec/login"
            json: { username: "\${env:${name}_USER}", password: "\${env:${name}_PASS}" }
            token: { path: token }
    endedBy: { status: 401 }
pages:
  package: { fields: { name: { path: name, required: true } } }
  one: { fields: { id: { path: name, required: true }, latest: { path: '["dist-tags"].latest' } } }
politeness: { gapMs: ${gapMs}, slowDown: false, robots: ignore }
`;
}

describeApp('verdaccio', () => {
  const { accounts, packages } = truthOf<Truth>('verdaccio');
  const passwords = accounts.map(({ password }) => password);
  const env = variablesOf(accounts);
  const seenBy = (reader: string) =>
    packages
      .filter(({ readers }) => readers.includes(reader))
      .map(({ name }) => name)
      .sort();

  it.each([
    ['lists and single packages', {}, 5],
    ['the same while its tokens end after two seconds', { SESSION_SECONDS: '2' }, 120],
  ])('each account takes %s as it may see them', async (_, appEnv, gapMs) => {
    await using app = await startApp('verdaccio', appEnv);
    using folder = openProject(env);
    // Those that need a login come last, when the first token has ended.
    const isPublic = new Set(seenBy('public'));
    const inOrder = (names: string[]) =>
      names.sort((a, b) => Number(isPublic.has(b)) - Number(isPublic.has(a)));
    const jobs = accounts.map(({ user }) => packagesJob(app, user, inOrder(seenBy(user)), gapMs));
    folder.write('packages.yaml', jobs.join('---\n'));
    const answer = await folder.call('run', 'packages.yaml', '--processes', '4');
    for (const { user } of accounts) {
      const items = itemsOf(folder, `packages-${user}`);
      const listed = items.filter(({ _item }) => _item === 'package').map(({ name }) => String(name));
      const single = items.filter(({ _item }) => _item === 'one').map(({ id }) => String(id));
      expect(listed.sort()).toEqual(seenBy(user));
      expect(single.sort()).toEqual(seenBy(user));
    }
    const logins = sessionsOf(folder).map((session) => session.logins);
    if (gapMs === 5) expect(logins).toEqual([1, 1]);
    else expect(Math.min(...logins)).toBeGreaterThan(1);
    expect(attemptsOf(folder)).toBe(logins.reduce((sum, count) => sum + count, 0));
    expectNoSecrets(folder, passwords, [answer]);
  });
});
