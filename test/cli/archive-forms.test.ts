import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writePages } from '../../cli/archive/write-html.ts';
import { openZip } from '../../shared/extract/xlsx/open-zip.ts';
import { pythonWith } from '../aws/emulators.ts';
import { openSite } from '../engine/setting.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';

/** A run that has kept pages whose names are not those of files. */
async function runOnce(folder: CliFolder): Promise<{ run: string; origin: string }> {
  const site = await openSite({
    '/': {
      body: '<title>Home &amp; more</title><a href="/CON?a=1">a</a><a href="/CON?a=2">b</a><a href=/data.json>c</a>',
    },
    '/CON?a=1': { body: '<title>One</title><h1>one</h1>' },
    '/CON?a=2': { body: '<title>Two</title><h1>zwö</h1>' },
    '/data.json': { body: '{"name": "three"}', headers: { 'content-type': 'application/json' } },
  });
  folder.write(
    'job.yaml',
    `name: small
keep: warc
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${site.origin}/" } }]
pages: { json: { match: "/*.json", fields: { title: { path: name } } }, default: { follow: [a], fields: { title: h1 } } }
`,
  );
  expect((await folder.call('run', 'job.yaml')).code).toBe(0);
  return { run: readdirSync(join(folder.path, 'output'))[0] ?? '', origin: site.origin };
}

const linesOf = (text: string) => text.trimEnd().split('\n');

async function python(requirement: string, args: string[]): Promise<string | undefined> {
  const path = await pythonWith(requirement);
  if (typeof path !== 'string') return undefined;
  return (await promisify(execFile)(path, args)).stdout;
}

describe('export --what archive', () => {
  it('fails with the error of a file that cannot be read', async () => {
    using folder = openCliFolder();
    const write = writePages([join(folder.path, 'gone.warc.gz')], join(folder.path, 'pages'));
    await expect(write).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes each page as a file, with a list of what is which, and again the same', async () => {
    using folder = openCliFolder();
    const { run, origin } = await runOnce(folder);
    const call = () =>
      folder.call('export', run, '--what', 'archive', '--format', 'html', '--output', 'pages');
    expect(await call()).toMatchObject({ code: 0, stdout: '4 pages: pages\n' });
    const lines = folder.readLines('pages/pages.jsonl') as { url: string; file: string; label: string }[];
    const before = folder.read('pages/pages.jsonl');
    const host = new URL(origin).host.replace(':', '_');
    const bodyOf = (url: string) =>
      folder.read(`pages/${lines.find((line) => line.url === `${origin}${url}`)?.file}`);
    expect(bodyOf('/CON?a=1')).toContain('<h1>one</h1>');
    expect(bodyOf('/CON?a=2')).toContain('<h1>zwö</h1>');
    expect(bodyOf('/data.json')).toBe('{"name": "three"}');
    const names = lines.map(({ file }) => file);
    expect(names.filter((name) => new RegExp(`^${host}/con-[0-9a-f]{16}\\.html$`).test(name))).toHaveLength(
      2,
    );
    expect(names.filter((name) => name.startsWith(`${host}/data-`) && name.endsWith('.json'))).toHaveLength(
      1,
    );
    expect(readdirSync(join(folder.path, 'pages', host)).sort()).toEqual(
      names.map((name) => name.split('/')[1]).sort(),
    );
    for (const name of [...names, 'pages.jsonl'])
      expect(statSync(join(folder.path, 'pages', name)).mode & 0o777).toBe(0o600);
    expect((await call()).code).toBe(0);
    expect(folder.read('pages/pages.jsonl')).toBe(before);
  }, 60_000);

  it('writes an index as pywb has it, which names the place of each record', async () => {
    using folder = openCliFolder();
    const { run, origin } = await runOnce(folder);
    await folder.call('export', run, '--what', 'archive', '--output', 'index.cdxj');
    const lines = linesOf(folder.read('index.cdxj'));
    expect(lines).toEqual(lines.toSorted());
    expect(lines).toHaveLength(4);
    const file = join(folder.path, 'output', run, 'pages-00001.warc.gz');
    const warc = readFileSync(file);
    for (const line of lines) {
      const [key = '', time = ''] = line.split(' ', 2);
      const entry = JSON.parse(line.slice(key.length + time.length + 2)) as Record<string, string>;
      const record = gunzipSync(
        warc.subarray(Number(entry['offset']), Number(entry['offset']) + Number(entry['length'])),
      );
      expect(record.toString()).toContain(`WARC-Target-URI: ${entry['url']}`);
      expect(record.toString()).toContain(`WARC-Payload-Digest: ${entry['digest']}`);
      expect(key).toMatch(/^1,0,0,127:\d+\)\//);
      expect(time).toMatch(/^\d{14}$/);
    }
    expect(lines.map((line) => JSON.parse(line.slice(line.indexOf('{')))['url'] as string).sort()).toEqual(
      ['/', '/CON?a=1', '/CON?a=2', '/data.json'].map((path) => `${origin}${path}`),
    );
    const other = await python('cdxj-indexer==1.5.0', ['-m', 'cdxj_indexer.main', '-s', file]);
    if (other === undefined) return;
    const plain = (text: string) =>
      linesOf(text).map((line) => [line.split(' {')[0], JSON.parse(line.slice(line.indexOf('{')))]);
    expect(plain(lines.join('\n'))).toEqual(plain(other));
  }, 180_000);

  it('writes WACZ, whole with its digests, and does not replace one', async () => {
    using folder = openCliFolder();
    const { run, origin } = await runOnce(folder);
    const args = ['export', run, '--what', 'archive', '--output', 'pages.wacz'];
    // What a call that was killed has left.
    folder.write('.pages.wacz.archive/pages-00001.warc.gz', 'torn');
    expect(await folder.call(...args)).toMatchObject({ code: 0, stdout: '4 pages: pages.wacz\n' });
    expect(await folder.call(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    const path = join(folder.path, 'pages.wacz');
    const bytes = readFileSync(path);
    const zip = openZip(bytes, { maxEntries: 99, maxBytes: 1e8 });
    const read = (name: string) => zip.read(name) ?? Buffer.alloc(0);
    const about = JSON.parse(read('datapackage.json').toString()) as {
      wacz_version: string;
      resources: { path: string; hash: string; bytes: number }[];
    };
    expect(about.wacz_version).toBe('1.1.1');
    expect(about.resources.map((resource) => resource.path)).toEqual([
      ...['indexes/index.cdx.gz', 'indexes/index.idx', 'archive/pages-00001.warc.gz', 'pages/pages.jsonl'],
    ]);
    for (const resource of about.resources) {
      const content = read(resource.path);
      expect(resource.bytes).toBe(content.length);
      expect(resource.hash).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
    }
    // Viewers read a part of it from where it lies.
    expect(bytes.includes(readFileSync(join(folder.path, 'output', run, 'pages-00001.warc.gz')))).toBe(true);
    const [head, ...pages] = linesOf(read('pages/pages.jsonl').toString()).map((line) => JSON.parse(line));
    expect(head).toMatchObject({ format: 'json-pages-1.0' });
    expect(pages.find(({ url }) => url === `${origin}/`)).toMatchObject({ title: 'Home & more' });
    const [meta, block] = linesOf(read('indexes/index.idx').toString());
    expect(meta).toContain('"format":"cdxj-gzip-1.0"');
    const { offset, length } = JSON.parse(block?.slice(block.indexOf('{')) ?? '');
    const lines = linesOf(
      gunzipSync(read('indexes/index.cdx.gz').subarray(offset, offset + length)).toString(),
    );
    expect(lines).toHaveLength(4);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path).filter((name) => /archive|tmp/.test(name))).toEqual([]);
  }, 60_000);

  it('says what does not go together', async () => {
    using folder = openCliFolder();
    const { run } = await runOnce(folder);
    const refused = async (...args: string[]) => (await folder.call('export', run, ...args)).stderr;
    expect(await refused('--what', 'archive', '--format', 'csv', '--output', 'x')).toContain(
      'csv is of no archive',
    );
    expect(await refused('--format', 'wacz', '--output', 'x')).toContain('wacz is of --what archive');
    expect(await refused('--what', 'archive')).toContain('say --output');
    folder.write('html.yaml', folder.read('job.yaml').replace('keep: warc', 'keep: html'));
    expect((await folder.call('validate', 'html.yaml')).stdout).toMatch(
      /expected warc \(of which .*--format html/,
    );
  }, 60_000);
});
