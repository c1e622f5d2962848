import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLines } from '../cli/call-cli.ts';
import { loginJob, openLoginSite } from '../engine/login-site.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type Deployment, deployedSettings, openDeployment } from './deployment.ts';
import type { Skipped } from './emulators.ts';
import { installChromium } from './install-chromium.ts';
import { putSecret } from './put-secret.ts';
import { startedRuns } from './quickstart.ts';

const name = 'cdk deploy of a stack with a browser';

async function open(): Promise<{ deployment: Deployment; packages: string } | Skipped> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { skipped: 'its Chromium is one for Linux on x64' };
  const packages = await installChromium();
  if (typeof packages !== 'string') return packages;
  const deployment = await openDeployment();
  return 'skipped' in deployment ? deployment : { deployment, packages };
}

const opened = await open();
if ('skipped' in opened) describe(name, () => it.skip(`skipped: ${opened.skipped}`, () => {}));
else describe(name, () => describeDeployed(opened));

const settings = `${deployedSettings}  browser: { memoryMb: 1024, maxConcurrency: 2 }\n`;

function describeDeployed({ deployment, packages }: { deployment: Deployment; packages: string }): void {
  const connection = {
    endpoint: deployment.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };

  beforeAll(async () => {
    deployment.write('config/settings.yaml', settings);
    symlinkSync(packages, join(deployment.path, 'node_modules'));
    await deployment.cdk('bootstrap');
    await deployment.cdk('deploy', '--require-approval', 'never');
  }, awsTimeoutMs);

  afterAll(() => deployment.close());

  it(
    'reads a page in a browser, in a session that a worker opened',
    async () => {
      const site = await openLoginSite();
      await putSecret(connection, 'Books', 'PASS', site.password);
      const job = loginJob(site, {
        name: 'members',
        // One alone: functions of the emulator share a folder for temporary files, where the second would unpack Chromium while the first runs it.
        sources: [{ urls: { list: [`${site.origin}/p/3`] } }],
        network: 'allowPrivate',
        fetch: { timeoutMs: 5_000 },
        politeness: { gapMs: 0 },
        pages: {
          member: {
            match: '**/p/*',
            render: { use: 'browser', timeoutMs: 60_000 },
            fields: { title: 'h1' },
          },
        },
      });
      deployment.write('members.yaml', JSON.stringify(job));
      const started = await deployment.call('enqueue', 'members.yaml', '--json', '--watch');
      expect([started.code, started.code === 0 ? '' : started.stdout + started.stderr]).toEqual([0, '']);
      const [run = ''] = startedRuns(started.stdout);
      const exported = await deployment.call('export', run, '--aws', '--output', 'members.jsonl');
      expect(exported).toMatchObject({ code: 0 });
      const titles = parseLines(deployment.read('members.jsonl')).map(({ title }) => title);
      expect(titles.sort()).toEqual(['Page /p/3']);
      expect(site.logins()).toBe(1);
    },
    awsTimeoutMs,
  );

  it(
    'is found in order by the doctor, with its functions of both kinds',
    async () => {
      const { stdout } = await deployment.call('doctor', '--aws', '--json');
      const [report] = parseLines(stdout).filter((line) => 'checks' in line);
      const checks = (report as unknown as { checks: { id: string; state: string; says: string }[] }).checks;
      const found = Object.fromEntries(checks.map(({ id, ...finding }) => [id, finding]));
      expect(found).toMatchObject({
        concurrency: {
          state: 'ok',
          says: expect.stringContaining('3 workers and 2 functions with a browser'),
        },
        browser: { state: 'ok', says: expect.stringContaining('1,024 MB, for 2 pages at once') },
        functions: { state: 'ok' },
      });
    },
    awsTimeoutMs,
  );
}
