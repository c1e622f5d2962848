import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

const pages = 30;
let site: SmallSite;
let folder: CliFolder;
let answer: Answer;
let run: string;

beforeAll(async () => {
  site = await serveSmallSite(pages);
  folder = openCliFolder();
  folder.write('small.yaml', `${smallJob(site.origin)}output: { formats: [jsonl, csv, json] }\n`);
  answer = await folder.call('run', 'small.yaml');
  [run = ''] = readdirSync(join(folder.path, 'output'));
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await site[Symbol.asyncDispose]();
});

describe('spinneret run', () => {
  it('ends with 0, although a page failed', () => {
    expect(answer).toMatchObject({ code: 0, stderr: expect.stringContaining(`started ${run}`) });
  });

  it('writes the items in every format the job names', () => {
    const items = folder.readLines(`output/${run}/items.jsonl`);
    expect(items).toHaveLength(27);
    expect(items.find(({ title }) => title === 'Page 7')).toEqual({
      _item: 'product',
      _url: `${site.origin}/p/7`,
      title: 'Page 7',
      price: 7.5,
    });
    expect(JSON.parse(folder.read(`output/${run}/items.json`))).toEqual(items);
    expect(folder.read(`output/${run}/items.csv`).split('\r\n')).toHaveLength(27 + 2);
  });

  it('keeps incomplete items and failures apart, and lists all files in run.json', () => {
    expect(
      folder
        .readLines(`output/${run}/incomplete.jsonl`)
        .map(({ title }) => title)
        .sort(),
    ).toEqual(['Page 10', 'Page 20', 'Page 30']);
    expect(folder.readLines(`output/${run}/failures.jsonl`)).toHaveLength(4);
    expect(folder.readLines(`output/${run}/failures.jsonl`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'HTTP_404' }),
        expect.objectContaining({ code: 'ITEM_INCOMPLETE', missing: ['price'] }),
      ]),
    );
    expect(JSON.parse(folder.read(`output/${run}/run.json`))).toMatchObject({
      run,
      state: 'finished',
      counts: { admitted: 32, stored: 31, failed: 1, items: 27, open: 0 },
      files: [
        { path: `output/${run}/items.jsonl`, records: 27 },
        { path: `output/${run}/items.csv`, records: 27 },
        { path: `output/${run}/items.json`, records: 27 },
        { path: `output/${run}/incomplete.jsonl`, records: 3 },
        { path: `output/${run}/failures.jsonl`, records: 4 },
      ],
    });
  });

  it('sums up what happened, and says what to try next', () => {
    expect(answer.stdout).toContain('pages   31 stored, 1 failed');
    expect(answer.stdout).toContain('1 HTTP_404: The server answered Not Found.');
    expect(answer.stdout).toContain('27 complete, 3 incomplete');
    expect(answer.stdout).toContain('3 without product.price');
    expect(answer.stdout).toContain(`output/${run}/items.jsonl (27)`);
    expect(answer.stdout.match(/\{"_item":"product"/g)).toHaveLength(3);
    expect(answer.stdout).toContain(`npx spinneret export ${run}`);
    expect(answer.stdout).not.toContain('DO NOT ADD UP');
    expect(answer.stdout).not.toContain('\u001b');
  });

  it('prints one JSON object a line with --json, and takes --max-pages and --processes', async () => {
    const { code, stdout } = await folder.call(
      'run',
      'small.yaml',
      '--json',
      '--max-pages',
      '3',
      '--processes',
      '1',
    );
    const lines = parseLines(stdout);
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ type: 'started', runs: [expect.stringMatching(/^small-/)] });
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      isInterrupted: false,
      runs: [{ state: 'finished', pages: { admitted: 3, stored: 3 }, items: 2, firstItems: [{}, {}] }],
    });
  });
});

describe('spinneret status', () => {
  it('lists the runs', async () => {
    const { stdout } = await folder.call('status');
    expect(stdout).toMatch(/^run +state +stored +failed +items +to do +started +took\n/);
    expect(stdout).toMatch(new RegExp(`^${run} +finished +31 +1 +27 +20`, 'm'));
  });

  it('shows one run as JSON, by the beginning of its name', async () => {
    const { stdout } = await folder.call('status', run.slice(0, -1), '--json', '--watch');
    expect(parseLines(stdout)).toMatchObject([{ run, isOver: true, items: 27, open: 0 }]);
  });
});

describe('spinneret export', () => {
  it('writes to stdout', async () => {
    const { stdout } = await folder.call('export', run);
    expect(stdout).toBe(folder.read(`output/${run}/items.jsonl`));
  });

  it('writes to a file, in the format of its name', async () => {
    const { code, stdout } = await folder.call(
      'export',
      run,
      '--what',
      'pages',
      '--output',
      'pages.csv',
      '--json',
    );
    expect({ code, report: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      report: { format: 'csv', records: 32 },
    });
    expect(folder.read('pages.csv')).toContain('failed,HTTP_404,404');
  });
});

describe('spinneret resume', () => {
  it('writes the files of a finished run again when one is missing, and else refuses', async () => {
    const file = `output/${run}/items.jsonl`;
    const before = folder.read(file);
    rmSync(join(folder.path, file));
    expect(await folder.call('resume', run)).toMatchObject({ code: 0 });
    expect(folder.read(file)).toBe(before);
    expect(await folder.call('resume', run)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error RUN_ENDED'),
    });
  });
});
