import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { initCommand } from '../../../cli/commands/init.ts';
import { keysCommand } from '../../../cli/commands/keys.ts';
import { testCommand } from '../../../cli/commands/test.ts';
import { typesCommand } from '../../../cli/commands/types.ts';
import { validateCommand } from '../../../cli/commands/validate.ts';
import { writeSavedPage } from '../../../cli/saved/saved-page.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { callCommand } from '../call-command.ts';

let folder: CliFolder;
const folders: CliFolder[] = [];
beforeEach(() => {
  folder = openCliFolder();
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) each[Symbol.dispose]();
});

const jobText = (name: string, more = '') => `name: ${name}
sources: [{ urls: { list: ['http://shop.test/p/1'] } }]
pages:
  product: { match: /p/*, fields: { name: h1, price: .price } }
${more}`;

describe('initCommand', () => {
  const init = (...args: string[]) => callCommand(folder, initCommand, ...args);

  it('writes a job that is named by its site, and says what to call next', async () => {
    expect(await init('--url', 'https://www.books.test/a')).toEqual({
      code: 0,
      stdout:
        'wrote books-test.yaml\nnext:\n  npx spinneret try https://www.books.test/a --file books-test.yaml\n  npx spinneret run books-test.yaml\n',
      stderr: '',
    });
    expect(folder.read('books-test.yaml')).toMatch(
      /^# yaml-language-server: \$schema=\.\.?\/.*docs\/job\.schema\.json\n/,
    );
    const { stdout } = await init('new/folder/job.yaml', '--json');
    expect(parseLines(stdout)).toEqual([
      { file: 'new/folder/job.yaml', name: 'example-com', url: 'https://example.com/' },
    ]);
    expect(existsSync(join(folder.path, 'new/folder/job.yaml'))).toBe(true);
  });

  it('replaces a file with --force alone', async () => {
    folder.write('a.yaml', 'mine\n');
    const stderr = 'USAGE a.yaml is there already; --force replaces it\n';
    expect(await init('a.yaml')).toEqual({ code: 2, stdout: '', stderr });
    expect(folder.read('a.yaml')).toBe('mine\n');
    expect(await init('a.yaml', '--force')).toMatchObject({ code: 0 });
    expect(folder.read('a.yaml')).toContain('name: example-com');
  });
});

describe('keysCommand', () => {
  const keys = (...args: string[]) => callCommand(folder, keysCommand, ...args);

  it('makes a key that its owner alone can read, and keeps one that is there', async () => {
    const { code, stdout, stderr } = await keys('k.json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { keys: [{ kty: 'OKP', crv: 'Ed25519' }] }]);
    expect(stderr.split('\n')).toEqual([
      'k.json holds a new private key: keep it secret, and out of version control',
      'publish this at https://YOUR-HOST/.well-known/http-message-signatures-directory',
      'as application/http-message-signatures-directory+json, then write into the job',
      '  politeness: { sign: { key: "${env:SIGNING_KEY}", agent: https://YOUR-HOST } }',
      'and set the variable to what the file holds: export SIGNING_KEY="$(cat k.json)"',
      '',
    ]);
    expect(statSync(join(folder.path, 'k.json')).mode & 0o777).toBe(0o600);
    const own = JSON.parse(folder.read('k.json')) as { d: string };
    expect(stdout).not.toContain(own.d);
    const again = await keys('k.json', 'next.json', '--algorithm', 'ecdsa-p256-sha256');
    expect(again.stderr).not.toContain('k.json holds');
    expect(again.stderr).toMatch(/^next\.json holds a new private key[\s\S]*\(cat next\.json\)"\n$/);
    expect(JSON.parse(again.stdout).keys.map(({ kty }: { kty: string }) => kty)).toEqual(['OKP', 'EC']);
  });
});

describe('typesCommand', () => {
  const types = (...args: string[]) => callCommand(folder, typesCommand, ...args);

  it('writes TypeScript, or a schema for a file of JSON', async () => {
    folder.write('job.yaml', jobText('shop', '  made: { match: /m/*, handler: ./made.ts }\n'));
    const note = 'not in it: made: a handler makes its items\n';
    const shown = await types('job.yaml');
    expect(shown).toMatchObject({ code: 0, stderr: note });
    expect(shown.stdout).toMatch(/^\/\/ Written by `spinneret types`[\s\S]*export type Item = Product;\n$/);
    expect(await types('job.yaml', '--output', 'items.d.ts')).toEqual({
      ...{ code: 0, stdout: 'wrote items.d.ts\n', stderr: note },
    });
    expect(folder.read('items.d.ts')).toBe(shown.stdout);
    await types('job.yaml', '--output', 'items.json');
    expect(JSON.parse(folder.read('items.json'))).toMatchObject({ title: 'Items of the job shop' });
    const { stdout } = await types('job.yaml', '--format', 'json-schema');
    expect(stdout).toBe(folder.read('items.json'));
  });

  it('replaces a file with --force alone', async () => {
    folder.write('job.yaml', jobText('shop'));
    folder.write('old.ts', 'mine');
    expect(await types('job.yaml', '--output', 'old.ts')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('USAGE old.ts is there already'),
    });
    expect(folder.read('old.ts')).toBe('mine');
    expect(await types('job.yaml', '--output', 'old.ts', '--force')).toMatchObject({ code: 0 });
    expect(folder.read('old.ts')).toContain('interface Product');
  });
});

describe('testCommand', () => {
  const test = (...args: string[]) => callCommand(folder, testCommand, ...args);
  const url = 'http://shop.test/p/1';
  const save = (name: string, price: string | null, job = 'shop', label = 'product') =>
    writeSavedPage(
      join(folder.path, 'job.pages', name),
      {
        ...{ url, status: 200, headers: { 'content-type': 'text/html' }, ms: 0, startedAt: 0 },
        body: Buffer.from('<h1>Lamp</h1><p class=price>12</p>'),
      },
      { job, url, label },
      {
        ...{ end: 'stored', links: {} },
        items: [{ item: 'product', fields: { name: 'Lamp', price } }],
      },
    );

  it('says of each page whether it is as expected, and what differs', async () => {
    folder.write('job.yaml', jobText('shop'));
    await save('a', '12');
    await save('b', '13', 'shop', 'gone-label');
    await save('c', null);
    await save('d', '12', 'other');
    const { code, stdout, stderr } = await test('job.yaml');
    expect({ code, stderr, lines: stdout.split('\n') }).toEqual({
      ...{ code: 1, stderr: '' },
      lines: [
        `same a  ${url}`,
        `different b  ${url}`,
        ...['  items[0].fields.price', '    expected  "13"', '    found     "12"'],
        `different c  ${url}`,
        ...['  items[0].fields.price', '    expected  null', '    found     "12"'],
        `different d  ${url}`,
        ...['  job', '    expected  "other"', '    found     nothing'],
        '4 pages, 3 different',
        '',
      ],
    });
    const [data] = parseLines((await test('job.yaml', '--json')).stdout);
    expect(data).toMatchObject({ same: 1, different: 3, updated: 0 });
    // Of a job that is chosen, the pages of others are none of its business.
    expect((await test('job.yaml', '--job', 'shop')).stdout).toContain('\n3 pages, 2 different\n');
    expect((await test('job.yaml', '--update', '--job', 'shop')).stdout).toBe(
      `same a  ${url}\nupdated b  ${url}\n${[
        ...['  items[0].fields.price', '    expected  "13"', '    found     "12"'],
        `updated c  ${url}`,
        ...['  items[0].fields.price', '    expected  null', '    found     "12"'],
      ].join('\n')}\n3 pages, 0 different, 2 updated\n`,
    );
    expect(await test('job.yaml', '--job', 'shop')).toMatchObject({
      code: 0,
      stdout: `same a  ${url}\nsame b  ${url}\nsame c  ${url}\n3 pages, 0 different\n`,
    });
  });

  it('fails where no page is saved', async () => {
    folder.write('job.yaml', jobText('shop'));
    expect(await test('job.yaml')).toEqual({
      code: 1,
      stdout: 'job.pages holds no saved page: save one with spinneret try URL --file job.yaml --save\n',
      stderr: '',
    });
  });

  it('shows twenty differences of a page, and counts the others', async () => {
    folder.write('job.yaml', jobText('shop'));
    const expected = { end: 'stored', links: {}, items: [] as never[] };
    const answer = { url, status: 200, headers: { 'content-type': 'text/html' }, ms: 0, startedAt: 0 };
    const about = { job: 'shop', url, label: 'product' };
    for (const [name, count] of [['few', 19] as const, ['many', 20] as const]) {
      const links = Object.fromEntries(Array.from({ length: count }, (_, at) => [`l${at}`, ['x']]));
      const page = { ...answer, body: Buffer.from('<h1>x</h1><p class=price>1</p>') };
      await writeSavedPage(join(folder.path, 'job.pages', name), page, about, { ...expected, links });
    }
    const { stdout } = await test('job.yaml');
    const [few, many] = stdout.split('different many');
    expect(few?.match(/expected/g)?.length).toBe(20);
    expect(few).not.toContain('more; --json');
    expect(many?.match(/expected/g)?.length).toBe(20);
    expect(many).toContain('\n  … and 1 difference more; --json shows all\n');
  });
});

describe('validateCommand', () => {
  const validate = (...args: string[]) => callCommand(folder, validateCommand, ...args);

  it('sums up a job: its sources, labels, fields, limits and what is not set here', async () => {
    folder.write(
      'job.yaml',
      jobText(
        'shop',
        'limits: { maxPages: 1500, maxPagesPerHost: 1000 }\nfetch: { headers: { x-key: "${env:NOT_SET_HERE}" } }\n',
      ),
    );
    const { code, stdout, stderr } = await validate('job.yaml', 'config/settings.yaml');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toBe(
      'ok job.yaml shop: from urls; 1 page label (product); 2 fields; at most 1,500 pages, 1,000 of each host; not set here: NOT_SET_HERE',
    );
    expect(stdout).toMatch(/\nok config\/settings\.yaml: settings\n$/);
  });

  it('says what may take long, what asks nobody, and what does not fit AWS', async () => {
    folder.write('aws/settings.yaml', 'aws: { maxConcurrency: 10 }\n');
    folder.write(
      'aws/job.yaml',
      jobText('slow')
        .replace('.price }', '{ select: p, regex: "^(a+)+$" } }')
        .concat('network: allowPrivate\n'),
    );
    const { code, stdout } = await validate('aws/job.yaml');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {3}note pages\.product\.fields\.price\.regex: the time that .* takes on a text that it does not match is exponential, such as .*; so RE2 searches for it, slower, in linear time\. Write it without a repetition inside of a repetition, or anchor it, and it is quick\.$/m,
    );
    expect(stdout).toMatch(
      /^ {3}note enqueue will refuse it on AWS, by the settings beside it \(JOB_UNFIT\): .*allowPrivate/m,
    );
    folder.write('aws/settings.yaml', 'outputDir: out\n');
    expect((await validate('aws/job.yaml')).stdout).not.toContain('JOB_UNFIT');
  });

  it('names what is wrong with a file, and fails', async () => {
    folder.write('bad.yaml', 'name: bad\n');
    folder.write('job.yaml', jobText('shop'));
    const { code, stdout } = await validate('bad.yaml', 'job.yaml', 'none.yaml');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^JOB_INVALID bad\.yaml/m);
    expect(stdout).toMatch(/^ok job\.yaml shop: /m);
    expect(stdout).toMatch(/^JOB_UNREADABLE .*none\.yaml/m);
    const [data] = parseLines((await validate('bad.yaml', '--json')).stdout);
    expect(data).toMatchObject({
      files: [{ file: 'bad.yaml', jobs: [], errors: [{ code: 'JOB_INVALID' }] }],
    });
  });
});
