import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { uploadFiles } from '../../cli/aws/upload-files.ts';
import { spentUsd } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { managedSecretName } from '../../shared/deployment/stack.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { readSigningKey } from '../../shared/fetch/signing/signing-key.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { Counts } from '../../shared/model.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { loginJob, openLoginSite } from '../engine/login-site.ts';
import { openSite } from '../engine/setting.ts';
import { ca, clientCertificate, clientKey, serverCertificate, serverKey } from '../fetch/own-authority.ts';
import { serveProxy } from '../fetch/proxies/local-proxies.ts';
import { checkSignature } from '../fetch/signing/check-signature.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type BareAccount, openBareAccount } from './bare-account.ts';
import { type AwsConnection, describeWith } from './describe-with.ts';
import { installRuntime } from './lambda-process.ts';
import { formsOf, putSecret } from './put-secret.ts';
import { startFleet, type WorkerFleet } from './worker-fleet.ts';

const name = 'a worker function with the secrets of its job';
const client = await installRuntime();
if (typeof client !== 'string') describe(name, () => it.skip(`skipped: ${client.skipped}`, () => {}));
else await describeWith('ministack', name, (connection) => describeSecrets(client, connection));

const stack = 'Secrets';

function describeSecrets(runtimeClient: string, connection: AwsConnection): void {
  let account: BareAccount;
  let fleet: WorkerFleet;
  let runs = 0;

  beforeAll(async () => {
    account = await openBareAccount(connection);
    fleet = await startFleet({ client: runtimeClient, account, stack, size: 2 });
  }, awsTimeoutMs);
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await account.close();
  });

  /** Runs the job with its files brought as `enqueue` does, and searches for its secrets in all that is stored and logged. */
  const scrape = async (
    job: Record<string, unknown>,
    {
      secrets,
      files = {},
      hidden = [],
    }: { secrets: Record<string, string>; files?: Record<string, string>; hidden?: string[] },
  ): Promise<Counts> => {
    runs += 1;
    const id = `secret-${runs}`;
    const parsed = jobSchema.parse({
      name: id,
      pages: { default: { fields: { title: 'h1' } } },
      network: 'allowPrivate',
      ...job,
      politeness: { gapMs: 0, slowDown: false, robots: 'ignore', ...(job['politeness'] as object) },
    });
    for (const [key, value] of Object.entries(secrets)) await putSecret(connection, stack, key, value);
    const { path: baseDir, remove } = temporaryFolder();
    onTestFinished(remove);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(baseDir, file), text);
    const s3 = new S3Client({ ...connection, forcePathStyle: true });
    const { [functionEnv.bucket]: bucket = '', [functionEnv.keyArn]: keyArn = '' } = account.env;
    await uploadFiles(
      { store: { s3 }, stack: { name: stack, bucket, keyArn }, config: connection },
      { id, job: parsed, baseDir },
    );
    s3.destroy();
    await startRun(account.ledger, account.queue, { id, job: parsed, baseDir: '', startedAt: Date.now() });
    await fleet.drive(id);
    expect((await account.ledger.readRun(id))?.reason).toBeUndefined();
    const kept = (await account.stored()) + fleet.logs();
    for (const secret of [...Object.values(secrets), ...hidden].flatMap(formsOf)) {
      expect(kept).not.toContain(secret);
    }
    return account.ledger.readCounts(id);
  };
  const pages = { '/a': { body: '<h1>A</h1>' }, '/b': { body: '<h1>B</h1>' } };
  const listOf = (origin: string) => [{ urls: { list: [`${origin}/a`, `${origin}/b`], label: 'default' } }];

  it.each(['a secret', 'a file, which is brought sealed'])(
    'sends its requests through the proxies of %s, and counts what their bytes cost',
    async (from) => {
      const site = await openSite(pages);
      const password = `proxy-pass-${runs}-7f3a`;
      const proxy = await serveProxy('http', { credentials: `customer-9d:${password}` });
      const line = proxy.url.replace('//', `//customer-9d:${password}@`);
      const isFile = from !== 'a secret';
      const where = isFile ? { file: 'proxies.txt' } : { list: ['${env:PROXIES}'] };
      const counts = await scrape(
        { sources: listOf(site.origin), proxies: { ...where, pricePerGb: 8 } },
        {
          secrets: isFile ? {} : { PROXIES: line },
          files: { 'proxies.txt': `${line}\n` },
          hidden: [password],
        },
      );
      expect(counts).toMatchObject({ stored: 2 });
      const { host } = new URL(site.origin);
      expect(proxy.asked.length).toBeGreaterThan(0);
      expect(new Set(proxy.asked)).toEqual(new Set([host]));
      const { proxyBytes = 0, proxyMicroUsd = 0 } = counts;
      expect(proxyBytes).toBeGreaterThan(500);
      expect(proxyMicroUsd).toBe(Math.round((proxyBytes * 8) / 1_000));
      const { proxyMicroUsd: _, ...withoutProxies } = counts;
      expect(spentUsd(counts) - spentUsd(withoutProxies)).toBeCloseTo(proxyMicroUsd / 1e6, 12);
    },
    60_000,
  );

  const cookie = 'exported-3f9d27c1a8';
  it.each([
    ['cookies.txt', `# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t${cookie}\n`],
    [
      'state.json',
      JSON.stringify({ cookies: [{ name: 'sid', value: cookie, domain: '127.0.0.1', path: '/' }] }),
    ],
  ])(
    'begins with the cookies of %s, which stands sealed in the bucket',
    async (file, text) => {
      const site = await openSite({ '/a': { body: `<h1>${cookie}</h1>` }, '/b': { body: '<h1>B</h1>' } });
      const { host } = new URL(site.origin);
      const counts = await scrape(
        { sources: listOf(site.origin), sessions: { member: { hosts: [host], cookies: file } } },
        { secrets: {}, files: { [file]: text }, hidden: [cookie] },
      );
      expect(counts).toMatchObject({ stored: 2 });
      expect(site.log.map(({ headers }) => headers.cookie)).toEqual([`sid=${cookie}`, `sid=${cookie}`]);
    },
    60_000,
  );

  it(
    'logs in with password and one-time code',
    async () => {
      const totp = 'JBSWY3DPEHPK3PXPJBSWY3DP';
      const site = await openLoginSite({ totp });
      const job = loginJob(site);
      const { login } = job.sessions.member;
      const [open] = login.steps;
      const fields = { user: 'ann', pass: '${env:PASS}', code: '${totp}' };
      const counts = await scrape(
        {
          ...job,
          sessions: {
            member: {
              ...job.sessions.member,
              login: { ...login, steps: [open, { form: { select: '#login', fields } }], totp: '${env:TOTP}' },
            },
          },
        },
        { secrets: { PASS: site.password, TOTP: totp }, hidden: [...site.sessions.keys()] },
      );
      expect(site.logins()).toBe(1);
      expect(counts).toMatchObject({ stored: 13 });
    },
    awsTimeoutMs,
  );

  it(
    'reads from Secrets Manager what the Parameter Store lacks',
    async () => {
      const manager = new SecretsManagerClient(connection);
      const token = 'managed-token-5f0a';
      const Name = managedSecretName(stack, 'TOKEN');
      await manager.send(new CreateSecretCommand({ Name, SecretString: token }));
      manager.destroy();
      const site = await openSite(pages);
      const { host } = new URL(site.origin);
      const sessions = { api: { hosts: [host], bearer: '${env:TOKEN}' } };
      await scrape({ sources: listOf(site.origin), sessions }, { secrets: {}, hidden: [token] });
      expect(site.log.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill(`Bearer ${token}`));
    },
    awsTimeoutMs,
  );

  it(
    'signs each request with the key of a secret',
    async () => {
      const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
      const key = JSON.stringify(jwk);
      const { publicJwk = {} } = readSigningKey(key);
      const site = await openSite(pages);
      const sign = { key: '${env:SIGNING_KEY}', agent: 'https://bot.example.com' };
      await scrape(
        { sources: listOf(site.origin), politeness: { sign } },
        { secrets: { SIGNING_KEY: key }, hidden: [jwk.d ?? ''] },
      );
      expect(site.log).toHaveLength(2);
      expect(site.log.map((request) => checkSignature(request, publicJwk).isValid)).toEqual([true, true]);
    },
    awsTimeoutMs,
  );

  it.each(['a secret', 'a file, which is brought sealed'])(
    'shows a client certificate with the key of %s',
    async (from) => {
      const shown: unknown[] = [];
      const options = { cert: serverCertificate, key: serverKey, ca, requestCert: true };
      const server = createServer(options, ({ socket }, response) => {
        shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN);
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>x</h1>');
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      const isFile = from !== 'a secret';
      const tls = {
        localhost: { ca: 'ca.pem', cert: 'client.pem', key: isFile ? 'client.key' : '${env:CLIENT_KEY}' },
      };
      const counts = await scrape(
        { sources: listOf(`https://localhost:${port}`), fetch: { tls } },
        {
          secrets: isFile ? {} : { CLIENT_KEY: clientKey },
          files: { 'ca.pem': ca, 'client.pem': clientCertificate, 'client.key': clientKey },
          hidden: [clientKey.split('\n')[1] ?? ''],
        },
      );
      expect(counts).toMatchObject({ stored: 2 });
      expect(shown).toEqual(['client', 'client']);
    },
    60_000,
  );
}
