import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareScheduledJobs } from '../../infra/scheduled-jobs.ts';
import { parseSettings } from '../../shared/job/load.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { filesOf, findSecrets } from '../apps/secrets.ts';
import { makeStacks } from './synthesise.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

let projects = 0;

/** A project with files in its folder config/. */
async function prepare(given: Record<string, string>, warnings: string[] = [], aws = '') {
  const files = { 'urls.txt': '', ...given };
  projects += 1;
  const projectDir = join(folder.path, `${projects}`);
  mkdirSync(join(projectDir, 'config'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(projectDir, 'config', name), text);
  return prepareScheduledJobs({
    settings: parseSettings(aws, 'settings.yaml').aws,
    projectDir,
    settingsFile: join('config', 'settings.yaml'),
    temporaryDir: projectDir,
    warn: (message) => warnings.push(message),
    bundleHandler: async (path) => Buffer.from(`bundle of ${readFileSync(path, 'utf8')}`),
  });
}

function job(name: string, more = ''): string {
  return `name: ${name}\nsources: [{ urls: { file: urls.txt } }]\npages: { page: { match: 'https://a.example/**', handler: h.ts } }\n${more}`;
}

const schedule = 'schedule: cron(0 6 * * ? *)\n';

describe('prepareScheduledJobs', () => {
  it('takes the jobs with a schedule, and knows the settings for what they are', async () => {
    const jobs = await prepare({
      'settings.yaml': 'processes: 2\n',
      'a.yaml': `${job('later', schedule)}---\n${job('by-hand')}`,
      'h.ts': '',
    });
    expect(jobs.map(({ job: { name }, schedule: when }) => [name, when])).toEqual([
      ['later', { cron: 'cron(0 6 * * ? *)', timeZone: 'UTC' }],
    ]);
  });

  it('bundles handlers and takes URL lists as they are', async () => {
    const [prepared] = await prepare({ 'a.yaml': job('a', schedule), 'h.ts': 'code', 'urls.txt': 'list' });
    const contents = prepared?.files.map(({ path, source }) => [path, readFileSync(source, 'utf8')]);
    expect(contents).toEqual([
      ['h.ts', 'bundle of code'],
      ['urls.txt', 'list'],
    ]);
  });

  it('warns of a job without a schedule that could not be enqueued either', async () => {
    const warnings: string[] = [];
    const more = 'fetch: { timeoutMs: 10001 }\n';
    const files = { 'a.yaml': `${job('slow', more)}---\n${job('fits')}---\n${job('spinneret-canary')}` };
    expect(await prepare(files, warnings, 'aws: { workerTimeoutMs: 30000 }\n')).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^JOB_UNFIT: .*a\.yaml: enqueue will refuse slow: fetch\.timeoutMs .* at most 10000/,
      ),
      expect.stringMatching(/enqueue will refuse spinneret-canary: the name is one of the stack's own/),
    ]);
  });

  it('takes a job that names no time-out, however short a worker lives', async () => {
    const settings = 'aws: { workerTimeoutMs: 30000 }\n';
    const jobs = await prepare({ 'a.yaml': job('a', schedule), 'h.ts': '' }, [], settings);
    expect(jobs).toHaveLength(1);
  });

  it.each(['spinneret-canary', 'spinneret-canary-2'])('refuses the stack’s own name %s', async (name) => {
    const files = { 'a.yaml': job(name, schedule), 'h.ts': '' };
    await expect(prepare(files)).rejects.toMatchObject({ code: 'JOB_UNFIT' });
  });

  it('refuses two scheduled jobs of one name', async () => {
    const files = { 'a.yaml': job('same', schedule), 'b.yaml': job('same', schedule), 'h.ts': '' };
    await expect(prepare(files)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it.each([
    ['outside of the job’s folder', '../urls.txt', 'JOB_UNFIT'],
    ['that is not there', 'none.txt', 'SOURCE_MISSING'],
  ])('refuses a URL list %s', async (_, list, code) => {
    const files = { 'a.yaml': job('a', schedule).replace('urls.txt', list), '../urls.txt': '', 'h.ts': '' };
    await expect(prepare(files)).rejects.toMatchObject({ code, message: expect.stringContaining(list) });
  });

  it('refuses a job whose fetches outlast a function', async () => {
    const files = { 'a.yaml': job('slow', `${schedule}fetch: { timeoutMs: 120000 }\n`), 'h.ts': '' };
    await expect(prepare(files)).rejects.toMatchObject({ code: 'JOB_UNFIT' });
  });

  it('refuses a file of cookies, which the stack would hold as it is', async () => {
    const sessions = 'sessions: { member: { hosts: [a.example], cookies: cookies.txt } }\n';
    const files = { 'a.yaml': job('a', schedule + sessions), 'h.ts': '', 'cookies.txt': 'secret' };
    await expect(prepare(files)).rejects.toMatchObject({
      code: 'JOB_UNFIT',
      message: expect.stringMatching(/sessions\.member\.cookies is a file with secrets.*spinneret enqueue/),
    });
  });

  it('puts the placeholders of all kinds of secrets into the stack, and no secret in any form', async () => {
    const secrets = {
      ...{ WIKI_USER: 'ann@wiki.example', WIKI_PASS: 'pa+ss/w "ö"&rd', TOKEN: 'token-4711-0815' },
      ...{ TOTP: 'JBSWY3DPEHPK3PXPJBSWY3DP', PROXIES: 'http://customer-9d:proxy-7f3a@proxy.example:8080' },
      ...{ SIGNING_KEY: '{"kty":"OKP","d":"signing-5c1e"}', CLIENT_KEY: 'PRIVATE-client-key-81b2' },
    };
    const before = { ...process.env };
    Object.assign(process.env, secrets);
    try {
      const login = `sessions:
  member:
    hosts: [a.example]
    headers: { x-token: '\${env:TOKEN}' }
    login:
      steps:
        - open: https://a.example/login
        - form: { fields: { user: '\${env:WIKI_USER}', pass: '\${env:WIKI_PASS}' } }
      check: { select: .user }
      totp: '\${env:TOTP}'
proxies: { list: '\${env:PROXIES}' }
politeness: { sign: { key: '\${env:SIGNING_KEY}' } }
fetch: { tls: { a.example: { cert: urls.txt, key: '\${env:CLIENT_KEY}' } } }
`;
      const jobs = await prepare({ 'a.yaml': job('a', schedule + login), 'h.ts': 'code' });
      const written = filesOf(makeStacks({ jobs }).app.synth().directory);
      expect(findSecrets(['${env:WIKI_PASS}'], written)).not.toEqual([]);
      const { WIKI_USER, WIKI_PASS, ...others } = secrets;
      expect(
        findSecrets([WIKI_PASS, ...Object.values(others), `${WIKI_USER}:${WIKI_PASS}`], written),
      ).toEqual([]);
    } finally {
      process.env = before;
    }
  });
});
