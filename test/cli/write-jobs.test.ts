import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

let site: SmallSite;
let folder: CliFolder;
beforeAll(async () => {
  site = await serveSmallSite(5);
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => {
  folder = openCliFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});

describe('spinneret init', () => {
  it('writes a job that validates and runs, and never replaces a file unasked', async () => {
    expect(await folder.call('init', 'site.yaml', '--url', site.origin)).toMatchObject({ code: 0 });
    expect(await folder.call('validate', 'site.yaml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ok site.yaml site-127-0-0-1: from crawl'),
    });
    folder.write('site.yaml', folder.read('site.yaml').replace('gapMs: 1000', 'gapMs: 0'));
    expect(await folder.call('run', 'site.yaml')).toMatchObject({ code: 0 });
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    const items = folder.readLines(`output/${run}/items.jsonl`);
    expect(items).toHaveLength(6);
    expect(items.find(({ heading }) => heading === 'Page 3')).toMatchObject({
      title: 'Small',
      url: `${site.origin}/p/3`,
      links: [`${site.origin}/`],
    });
    expect(await folder.call('init', 'site.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--force'),
    });
  });
});

describe('spinneret keys', () => {
  it('makes a key that its owner alone can read, and prints the directory, then as before', async () => {
    const made = await folder.call('keys', 'bot.json', '--json');
    const [{ made: files, directory, contentType } = {}] = parseLines(made.stdout) as {
      made?: string[];
      directory?: { keys: Record<string, string>[] };
      contentType?: string;
    }[];
    expect({ code: made.code, files, contentType }).toEqual({
      code: 0,
      files: ['bot.json'],
      contentType: 'application/http-message-signatures-directory+json',
    });
    const { d, ...publicPart } = JSON.parse(folder.read('bot.json'));
    expect(directory?.keys).toEqual([{ ...publicPart, kid: expect.any(String), use: 'sig' }]);
    expect(statSync(join(folder.path, 'bot.json')).mode & 0o777).toBe(0o600);
    const again = await folder.call('keys', 'bot.json', 'other.json', '--algorithm', 'ecdsa-p256-sha256');
    expect(again.stdout).toContain(String(directory?.keys[0]?.['kid']));
    expect(again.stdout).toContain('"P-256"');
    expect(made.stdout + again.stdout + again.stderr).not.toContain(d);
    expect(await folder.call('keys', 'x.json', '--algorithm', 'hmac-sha256')).toMatchObject({ code: 2 });
  });
});

describe('spinneret validate', () => {
  it('tells what enqueue would refuse by the settings beside the job', async () => {
    const slow = smallJob(site.origin).replace('concurrencyPerHost: 2', 'timeoutMs: 20000');
    folder.write('config/slow.yaml', slow);
    folder.write('config/fits.yaml', smallJob(site.origin));
    folder.write('config/settings.yaml', 'aws: { workerTimeoutMs: 30000, allowPrivate: true }\n');
    folder.write('elsewhere/slow.yaml', slow);
    const files = ['config/slow.yaml', 'config/fits.yaml', 'elsewhere/slow.yaml'];
    const { code, stdout } = await folder.call('validate', ...files, '--json');
    const [{ files: reports = [] } = {}] = parseLines(stdout) as {
      files?: { jobs: { warnings: string[] }[] }[];
    }[];
    const refused = reports.map(({ jobs }) => jobs[0]?.warnings.filter((line) => /JOB_UNFIT/.test(line)));
    expect({ code, refused }).toEqual({
      code: 0,
      refused: [[expect.stringContaining('fetch.timeoutMs is 20000')], [], []],
    });
    const named = await folder.call('validate', 'elsewhere/slow.yaml', '--settings', 'config/settings.yaml');
    expect(named.stdout).toContain('enqueue will refuse it on AWS, by the settings beside it (JOB_UNFIT)');
    folder.write('config/settings.yaml', 'batchSize: 9\n');
    expect((await folder.call('validate', 'config/slow.yaml')).stdout).not.toContain('JOB_UNFIT');
  });

  it('names every problem with its place', async () => {
    folder.write('bad.yaml', 'name: bad\nsources: []\npages: { default: { fields: { x: "h1[" } } }\n');
    folder.write('good.yaml', smallJob(site.origin));
    const { code, stdout } = await folder.call(
      'validate',
      'bad.yaml',
      'good.yaml',
      'config/settings.yaml',
      '--json',
    );
    const { files } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(files).toMatchObject([
      { errors: [{ code: 'JOB_INVALID', problems: [{ line: 2, path: 'sources' }, { line: 3 }] }] },
      { jobs: [{ name: 'small' }], errors: [] },
      { jobs: [], errors: [] },
    ]);
  });
});

describe('spinneret try', () => {
  beforeEach(() => {
    vi.stubEnv('SMALL_KEY', 'key');
    const rest = `- rest: { url: '${site.origin}/api', items: data, label: entry, headers: { x-key: '\${env:SMALL_KEY}' } }`;
    const job = smallJob(site.origin, rest).replace(
      '  gone:',
      '  entry: { fields: { id: { path: id }, key: { path: key } } }\n  gone:',
    );
    folder.write('small.yaml', job);
  });

  it('shows the items of a page, where redirects lead, and what each selector finds', async () => {
    const moved = await folder.call(
      'try',
      `${site.origin}/moved`,
      '--page',
      'product',
      '--file',
      'small.yaml',
    );
    expect(moved.code).toBe(0);
    expect(moved.stdout).toContain(`REDIRECTED → ${site.origin}/p/1`);
    expect(moved.stdout).toMatch(/label +product/);
    expect(moved.stdout).toMatch(/price +1\.5/);
    expect(moved.stdout).toMatch(/1 +fields\.price +\.price/);
    expect(moved.stdout).toContain('1 not followed: no page label matches');
  });

  it('tries the job named, of a file that has several', async () => {
    folder.write(
      'small.yaml',
      `${smallJob(site.origin)}---\n${smallJob(site.origin).replace('small', 'other')}`,
    );
    const url = `${site.origin}/p/1`;
    expect(await folder.call('try', url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('say --job small or other'),
    });
    const { stdout } = await folder.call('try', url, '--job', 'other', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ job: 'other', label: 'product' });
  });

  it('says when no page label matches', async () => {
    const { stdout } = await folder.call('try', `${site.origin}/elsewhere/1`);
    expect(stdout).toContain('HTTP_404');
    expect(stdout).toContain('none of the page labels matches (home, product, entry, gone)');
  });

  it('groups links by label, and counts those it would not follow', async () => {
    const { stdout } = await folder.call('try', `${site.origin}/`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      label: 'home',
      fact: { status: 200 },
      links: [
        { label: 'product', urls: { length: 5 } },
        { label: 'gone', urls: { length: 1 } },
      ],
      refused: { 'refused:robots': 1, 'refused:label': 1 },
    });
  });

  it('reads pages of an API, and shows no secret that it sent', async () => {
    vi.stubEnv('SMALL_KEY', 'open-sesame');
    const { stdout } = await folder.call('try', `${site.origin}/api`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      label: 'entry',
      items: [{ fields: { id: 1, key: '[secret]' } }, { fields: { id: 2, key: null } }],
    });
  });

  it('fetches nothing that robots.txt forbids', async () => {
    const { code, stdout } = await folder.call('try', `${site.origin}/private`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('ROBOTS_DISALLOWED') });
    expect(site.seen).not.toContain('/private');
  });

  it('says why a page cannot be had, and what a required field lacks', async () => {
    const gone = await folder.call('try', `${site.origin}/gone`);
    expect({ code: gone.code, stdout: gone.stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('HTTP_404'),
    });
    const { stdout } = await folder.call('try', `${site.origin}/`, '--page', 'product');
    expect(stdout).toContain('incomplete without price');
  });
});
