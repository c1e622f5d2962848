import { afterAll, beforeAll, expect, it } from 'vitest';
import { attemptsOf, expectNoSecrets, itemsOf, openProject, sessionsOf } from './project.ts';
import { type Account, type App, describeApp, startApp, truthOf, variablesOf } from './start-app.ts';

interface Truth {
  accounts: Account[];
  orders: Record<string, { number: string; total: string }[]>;
}

/** The names of the accounts are mail addresses; `alice` and `bob` are those of their jobs. */
const nickOf = (user: string) => user.split('@', 1)[0] ?? '';

/** A job that logs in through one of two forms of a page, with Django's token in a field and in a cookie. */
function ordersJob({ origin, host }: App, nick: string): string {
  const name = nick.toUpperCase();
  return `name: orders-${nick}
network: allowPrivate
sources:
  - crawl: { start: "${origin}/accounts/orders/", label: list }
sessions:
  ${nick}:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/accounts/login/"
        - form:
            select: "#login_form"
            fields: { login-username: "\${env:${name}_USER}", login-password: "\${env:${name}_PASS}" }
            submit: login_submit
      check: { select: "#logout_link", cookie: sessionid }
    endedBy: { redirectTo: "/accounts/login/**" }
pages:
  list: { follow: [{ select: "a[href*='/accounts/orders/']", label: order, match: "/accounts/orders/*/" }, { select: "li.next a", label: list }, { select: "a", match: "/accounts/**", label: list }] }
  order: { match: "/accounts/orders/*/", fields: { number: { page: url, regex: "orders/(\\\\d+)/", required: true }, heading: { select: h1, required: true } } }
scope: { include: ["/accounts/orders/**"] }
politeness: { gapMs: 100, slowDown: false, robots: ignore }
`;
}

describeApp('shop', () => {
  const { accounts, orders } = truthOf<Truth>('shop');
  const passwords = accounts.map(({ password }) => password);
  const env = variablesOf(accounts, nickOf);

  let app: App;
  beforeAll(async () => {
    app = await startApp('shop');
  });
  afterAll(() => app[Symbol.asyncDispose]());

  it('each account takes its own orders and no other, with one login each', async () => {
    using folder = openProject(env);
    const nicks = accounts.map(({ user }) => nickOf(user));
    folder.write('orders.yaml', nicks.map((nick) => ordersJob(app, nick)).join('---\n'));
    const answer = await folder.call('run', 'orders.yaml', '--processes', '4');
    for (const { user } of accounts) {
      const numbers = itemsOf(folder, `orders-${nickOf(user)}`).map(({ number }) => String(number));
      const own = (orders[user] ?? []).map(({ number }) => number);
      expect(numbers.sort()).toEqual(own.sort());
    }
    expect(sessionsOf(folder).map(({ logins }) => logins)).toEqual([1, 1]);
    expect(attemptsOf(folder)).toBe(2);
    expectNoSecrets(folder, passwords, [answer]);
  });

  it('a wrong password stops the run after one attempt', async () => {
    using folder = openProject({ ...env, ALICE_PASS: 'not-this-one-either' });
    folder.write('orders.yaml', ordersJob(app, 'alice'));
    const answer = await folder.call('run', 'orders.yaml', '--processes', '2');
    expect(`${answer.stdout}${answer.stderr}`).toContain('LOGIN_REFUSED');
    expect(attemptsOf(folder)).toBe(1);
    expectNoSecrets(folder, [...passwords, 'not-this-one-either'], [answer]);
  });
});
