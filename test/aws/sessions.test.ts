import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { type LoginSite, type LoginSiteOptions, loginJob, openLoginSite } from '../engine/login-site.ts';
import { unaccounted } from '../engine/world.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type BareAccount, openBareAccount } from './bare-account.ts';
import { type AwsConnection, describeWith } from './describe-with.ts';
import { installRuntime } from './lambda-process.ts';
import { formsOf, putSecret } from './put-secret.ts';
import { startFleet, type WorkerFleet } from './worker-fleet.ts';

const name = 'a job with a session on many functions';
const client = await installRuntime();
if (typeof client !== 'string') describe(name, () => it.skip(`skipped: ${client.skipped}`, () => {}));
else await describeWith('ministack', name, (connection) => describeSessions(client, connection));

const stack = 'Sessions';
const functions = 6;
const pages = 240;
const run = 'members-1';
const lock = 'login:members/member';

function describeSessions(runtimeClient: string, connection: AwsConnection): void {
  let account: BareAccount;
  let fleet: WorkerFleet | undefined;

  beforeEach(async () => {
    account = await openBareAccount(connection);
  });
  afterEach(async () => {
    await fleet?.[Symbol.asyncDispose]();
    fleet = undefined;
    await account.close();
  });

  const begin = async (options: LoginSiteOptions, password?: string) => {
    const site = await openLoginSite({ pages, ...options });
    await putSecret(connection, stack, 'PASS', password ?? site.password);
    await startRun(account.ledger, account.queue, {
      id: run,
      job: jobOf(site),
      baseDir: '',
      startedAt: Date.now(),
    });
    fleet = await startFleet({ client: runtimeClient, account, stack, size: functions });
    return { site, fleet };
  };
  const expectAllPages = async () => {
    const titles: unknown[] = [];
    for await (const outcome of account.outcomes.list(run)) {
      titles.push(
        ...outcome.items.filter(({ missing }) => missing === undefined).map(({ fields }) => fields['title']),
      );
    }
    const expected = Array.from({ length: pages }, (_, index) => `Page /p/${index + 1}`);
    expect(titles.sort()).toEqual(expected.sort());
    const counts = await account.ledger.readCounts(run);
    expect(counts).toMatchObject({ open: 0, stored: pages });
    expect(unaccounted(counts)).toBe(0);
    return counts;
  };

  it(
    'logs in once, writes the session once a batch, keeps it sealed by KMS, and logs no secret',
    async () => {
      const { site, fleet } = await begin({ renews: true });
      await fleet.drive(run);
      const counts = await expectAllPages();
      expect(site.logins()).toBe(1);
      expect(counts['sessions:logins']).toBe(1);
      const written = counts['sessions:written'] ?? 0;
      // Batches of ten, and the redirect of /p/1 and the retry of /p/2.
      expect(written).toBeLessThanOrEqual(pages / 10 + 2);
      expect(written).toBeGreaterThan(1);
      expect(counts['used:kmsRequests']).toBeLessThanOrEqual(functions + 1);
      expect(counts['used:kmsRequests']).toBeGreaterThan(0);

      const stored = await account.stored();
      expect(stored).toContain('SESSION#members/member');
      expect(stored).toContain('KEY#arn:aws:kms');
      const cookies = [...site.sessions.keys()];
      for (const secret of [site.password, ...cookies]) {
        for (const form of formsOf(secret)) {
          expect(stored).not.toContain(form);
          expect(fleet.logs()).not.toContain(form);
        }
      }
    },
    awsTimeoutMs,
  );

  it(
    'logs in again once when the session ends in mid-run, and loses no page',
    async () => {
      let ended = false;
      const site = await openLoginSite({ pages, renews: true });
      await putSecret(connection, stack, 'PASS', site.password);
      await startRun(account.ledger, account.queue, {
        id: run,
        job: jobOf(site),
        baseDir: '',
        startedAt: Date.now(),
      });
      fleet = await startFleet({ client: runtimeClient, account, stack, size: functions });
      const watch = setInterval(() => {
        if (ended || site.log.length < pages / 2) return;
        ended = true;
        site.forget();
      }, 5);
      await fleet.drive(run);
      clearInterval(watch);
      expect(ended).toBe(true);
      const counts = await expectAllPages();
      expect(counts['failed'] ?? 0).toBe(0);
      expect(site.logins()).toBe(2);
    },
    awsTimeoutMs,
  );

  it(
    'stops at a wrong password after one attempt, however many functions there are',
    async () => {
      const { site, fleet } = await begin({}, 'not-the-password');
      await fleet.drive(run);
      expect(await account.ledger.readRun(run)).toMatchObject({
        state: 'paused',
        reason: { code: 'LOGIN_REFUSED' },
      });
      expect(site.logins()).toBe(1);
      expect(site.log.filter(({ path }) => path.startsWith('/p/'))).toEqual([]);
    },
    awsTimeoutMs,
  );

  it(
    'logs in by another function when the one that holds the lock is killed: two attempts, every page once',
    async () => {
      const sent = Promise.withResolvers<void>();
      const { site, fleet } = await begin({
        beforeAnswer: (logins) => {
          if (logins > 1) return undefined;
          sent.resolve();
          return new Promise(() => {});
        },
      });
      const driven = fleet.drive(run);
      await sent.promise;
      const token = (await account.holderOf(lock)) ?? '';
      await fleet.kill(token);
      await account.endLock(lock);
      await driven;
      const counts = await expectAllPages();
      expect(counts['crashes']).toBeGreaterThan(0);
      expect(site.logins()).toBe(2);
      expect(counts['sessions:logins']).toBe(2);
    },
    awsTimeoutMs,
  );
}

function jobOf(site: LoginSite) {
  const list = Array.from({ length: pages }, (_, index) => `${site.origin}/p/${index + 1}`);
  return jobSchema.parse({
    name: 'members',
    ...loginJob(site, { sources: [{ urls: { list, label: 'default' } }] }),
    politeness: { gapMs: 0, slowDown: false, robots: 'ignore' },
    network: 'allowPrivate',
  });
}
