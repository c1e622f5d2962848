import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CliFolder } from '../cli/call-cli.ts';
import { type AccountApp, variablesOf } from './account-app.ts';
import { byText, withoutNothing } from './compare-items.ts';
import { attemptsOf, itemsOf, openProject, sessionsOf, storedItems, storedPages } from './project.ts';
import { argumentsOfGroup, expectNoSecrets, secretsOf, watchSessions } from './secrets.ts';
import { type App, appTimeoutMs, describeApp, startApp } from './start-app.ts';

/** The formats in which a secret would stand as it is. */
const output = 'output: { formats: [jsonl, json, csv] }\n';

const deaths = 5;

/** What holds for each application with accounts; `describe` is called where the application is there alone. */
export function testAccounts(name: string, describe: () => AccountApp): void {
  describeApp(name, () => {
    const app = describe();
    const env = variablesOf(app);
    const secrets = secretsOf(Object.values(app.accounts));
    const [first = '', second = ''] = Object.keys(app.accounts);
    const jobOf = (site: App, account: string, gapMs = 2) => app.job(site, account, gapMs) + output;

    let site: App;
    beforeAll(async () => {
      site = await startApp(name, app.options);
    }, appTimeoutMs);
    afterAll(() => site[Symbol.asyncDispose]());

    it('two accounts at once take all that each may see and no more, with one login each for four processes', async () => {
      using folder = openProject(env);
      folder.write('jobs.yaml', `${jobOf(site, first)}---\n${jobOf(site, second)}`);
      const run = await folder.call('run', 'jobs.yaml', '--processes', '4');
      expect(run.code, run.stdout).toBe(0);
      for (const account of [first, second]) expectAll(folder, app, account);
      const pages = storedPages(folder);
      const perThousand = ((attemptsOf(folder) / pages) * 1_000).toFixed(1);
      console.log(`${name}: 2 sessions, 4 processes, ${pages} pages, ${perThousand} logins per 1,000 pages`);
      const logins = sessionsOf(folder).map((session) => [session.name, session.logins]);
      expect(Object.fromEntries(logins)).toEqual({ [`${first}/${first}`]: 1, [`${second}/${second}`]: 1 });
      expect(attemptsOf(folder)).toBe(2);
      const login = await folder.call('try', '--login', '--file', 'jobs.yaml', '--job', first);
      expect(login.stdout).toContain('logged in to session');
      expectNoSecrets(folder, secrets, [run, login, await folder.call('status', '--json')]);
    });

    it('a session that ends on the way is opened again, and no page is lost or taken without it', async () => {
      const { ending } = app;
      const options = 'options' in ending ? ending.options : {};
      await using own = await startApp(name, { ...app.options, ...options });
      using folder = openProject(env);
      folder.write('jobs.yaml', jobOf(own, first, app.slowGapMs));
      const run = folder.start(['run', 'jobs.yaml', '--processes', '2']);
      await run.said('started');
      using seen = watchSessions(folder);
      if ('end' in ending) {
        await storedItems(folder, app.wanted(first).length / 3);
        await ending.end(own, sessionsOf(folder)[0]?.cookies ?? {});
      }
      const answer = await run.done;
      expect(answer.code, answer.stdout).toBe(0);
      expectAll(folder, app, first);
      const logins = sessionsOf(folder)[0]?.logins;
      if ('end' in ending) expect(logins).toBe(2);
      else expect(logins).toBeGreaterThan(1);
      expect(attemptsOf(folder)).toBe(logins);
      expectNoSecrets(folder, [...secrets, ...seen.values], [answer]);
    });

    it(`a run that is killed ${deaths} times ends with the same items, after two logins at most`, async () => {
      using folder = openProject(env);
      folder.write('jobs.yaml', jobOf(site, first, app.slowGapMs));
      let run = folder.start(['run', 'jobs.yaml', '--processes', '2'], { ownGroup: true });
      await run.said('started');
      for (let death = 1; death <= deaths; death += 1) {
        await storedItems(folder, (app.wanted(first).length * death) / (deaths + 3));
        const { pid } = run.child;
        if (pid === undefined) throw new Error('there is no process to kill');
        const listed = { code: null, stdout: argumentsOfGroup(pid), stderr: '' };
        expect(listed.stdout).toContain('spinneret');
        process.kill(-pid, 'SIGKILL');
        await run.done;
        // The journal of the store is as the dead left it.
        expectNoSecrets(folder, secrets, [listed]);
        run = folder.start(['resume', '--last'], { ownGroup: true });
      }
      const answer = await run.done;
      expect(answer.code, answer.stdout).toBe(0);
      expectAll(folder, app, first);
      expect(attemptsOf(folder)).toBeLessThanOrEqual(2);
      expectNoSecrets(folder, secrets, [answer]);
    });

    it('a wrong password stops the run at once, after one attempt and without a page', async () => {
      const password = 'not/this+one & "no" other';
      using folder = openProject({ ...env, [`${first.toUpperCase()}_PASS`]: password });
      folder.write('jobs.yaml', jobOf(site, first));
      const answer = await folder.call('run', 'jobs.yaml', '--processes', '2');
      expect(`${answer.stdout}${answer.stderr}`).toContain('LOGIN_REFUSED');
      expect(answer.code).toBe(1);
      expect(attemptsOf(folder)).toBe(1);
      expect(storedPages(folder)).toBe(0);
      const user = app.accounts[first]?.user ?? '';
      expectNoSecrets(folder, [...secrets, ...secretsOf([{ user, password }])], [answer]);
    });
  });
}

/** The items of the account's only run are those of the truth, each once. */
function expectAll(folder: CliFolder, app: AccountApp, account: string): void {
  const taken = itemsOf(folder, account).map(withoutNothing);
  expect(taken.sort(byText)).toEqual(app.wanted(account).sort(byText));
}
