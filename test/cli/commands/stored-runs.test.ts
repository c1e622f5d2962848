import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelCommand } from '../../../cli/commands/cancel.ts';
import { coverageCommand } from '../../../cli/commands/coverage.ts';
import { exportCommand } from '../../../cli/commands/export.ts';
import { forgetCommand } from '../../../cli/commands/forget.ts';
import { pauseCommand } from '../../../cli/commands/pause.ts';
import { resumeCommand } from '../../../cli/commands/resume.ts';
import type { Item, Json } from '../../../shared/model.ts';
import { makeJob } from '../../engine/world.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { callCommand } from '../call-command.ts';
import { storeRun } from '../stored-run.ts';

const dayMs = 86_400_000;
const job = makeJob({
  name: 'shop',
  sources: [{ crawl: { start: 'http://shop.test/' } }],
}) as unknown as Json;
const item = (title: string, more: Item['fields'] = {}): Item => ({
  ...{ item: 'book', url: `http://shop.test/${title}`, fields: { title, ...more } },
});

let folder: CliFolder;
beforeAll(async () => {
  folder = openCliFolder();
  const store = (id: string, more: object = {}) => storeRun(folder, { id, job, ...more });
  await store('done', { items: [item('Beta'), item('Alpha')] });
  await store('ended', { items: [item('One')] });
  folder.write('output/done/run.json', '{"files":[]}');
  await store('cancelled', { state: 'cancelled' });
  await store('rest', { state: 'cancelled', open: 2 });
  await store('paused', { state: 'paused', open: 1, items: [item('Half')] });
  await store('going', { state: 'running', open: 1 });
});
afterAll(() => folder[Symbol.dispose]());

describe('pauseCommand', () => {
  it('pauses a run that goes on, and one that is paused', async () => {
    for (const name of ['going', 'paused']) {
      expect(await callCommand(folder, pauseCommand, name)).toEqual({
        code: 0,
        stdout: `paused ${name}; go on with: npx spinneret resume ${name}\n`,
        stderr: '',
      });
    }
    const { stdout } = await callCommand(folder, pauseCommand, 'paused', '--json');
    expect(parseLines(stdout)).toEqual([{ run: 'paused', state: 'paused' }]);
  });
});

describe('commands about runs that are over', () => {
  it.each([
    ['pause', pauseCommand, 'done', 'RUN_ENDED done is finished'],
    ['pause', pauseCommand, 'cancelled', 'RUN_ENDED cancelled is cancelled'],
    ['cancel', cancelCommand, 'done', 'RUN_ENDED done is finished'],
    ['cancel', cancelCommand, 'cancelled', 'RUN_ENDED cancelled is cancelled'],
    ['resume', resumeCommand, 'done', 'RUN_ENDED done is finished, and its files are there'],
    ['resume', resumeCommand, 'cancelled', 'RUN_ENDED cancelled is cancelled'],
  ])('%s refuses', async (_, command, name, stderr) => {
    const answer = { code: 1, stdout: '', stderr: `${stderr}\n` };
    expect(await callCommand(folder, command, name)).toEqual(answer);
  });
});

describe('coverageCommand', () => {
  it('refuses a run without areas', async () => {
    expect(await callCommand(folder, coverageCommand, 'done')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'USAGE done searched no areas for places\n',
    });
  });
});

describe('exportCommand', () => {
  const write = (...args: string[]) => callCommand(folder, exportCommand, ...args);

  it('writes a file by its name, and says what is in it', async () => {
    expect(await write('done', '--output', 'a.CSV', '--sort', 'title')).toEqual({
      code: 0,
      stdout: '2 records, 89 B: a.CSV\n',
      stderr: '',
    });
    const rows = ['book,http://shop.test/Alpha,Alpha', 'book,http://shop.test/Beta,Beta'];
    expect(folder.read('a.CSV').split('\r\n')).toEqual(['\ufeff_item,_url,title', ...rows, '']);
    const { stdout } = await write('ended', '--output', 'b.txt', '--format', 'jsonl', '--json');
    expect(parseLines(stdout)).toEqual([
      {
        ...{ run: 'ended', what: 'items', format: 'jsonl', file: join(folder.path, 'b.txt') },
        ...{ records: 1, bytes: Buffer.byteLength(folder.read('b.txt')) },
      },
    ]);
  });

  it('replaces a file with --force alone', async () => {
    folder.write('old.jsonl', 'edited\n');
    const stderr =
      'USAGE old.jsonl is there already: --force replaces it, or name another place with --output\n';
    expect(await write('done', '--output', 'old.jsonl')).toEqual({ code: 2, stdout: '', stderr });
    expect(folder.read('old.jsonl')).toBe('edited\n');
    expect(await write('done', '--output', 'old.jsonl', '--force')).toMatchObject({ code: 0 });
    expect(folder.readLines('old.jsonl').map(({ title }) => title)).toEqual(['Beta', 'Alpha']);
  });

  it.each(['paused', 'going'])('says of a run that is %s that there may be more', async (name) => {
    expect(await write(name, '--output', `${name}.jsonl`)).toMatchObject({
      code: 0,
      stderr: `${name} is not over: this is what there is so far\n`,
    });
  });

  it.each([
    [['done', '--output', 'items.doc'], 'USAGE the name items.doc names no format; say --format jsonl, '],
    [['done', '--format', 'wacz'], 'USAGE --format wacz is of --what archive\n'],
    [['done', '--what', 'files'], 'USAGE --what files are files: say --output, a folder or a file\n'],
    [['done', '--what', 'archive'], 'USAGE --what archive are files: say --output, a folder or a file\n'],
    [
      ['done', '--what', 'archive', '--output', 'x', '--format', 'csv'],
      'USAGE --format csv is of no archive\n',
    ],
    [['done', '--what', 'archive', '--output', 'old.wacz'], 'USAGE old.wacz is there already'],
    [['done', '--what', 'archive', '--output', 'old.cdxj'], 'USAGE old.cdxj is there already'],
    [
      ['going', '--what', 'archive', '--output', 'old.cdxj', '--force'],
      'USAGE going is not over, so that its pages are not put together yet\n',
    ],
    [['done', '--sort', '--', '-'], "'--' is invalid. It is a field, such as rating; or -rating"],
    [['done', '--sort=- x'], "'- x' is invalid. It is a field, such as rating; or -rating"],
  ])('refuses %j', async (args, stderr) => {
    for (const name of ['old.wacz', 'old.cdxj']) folder.write(name, '');
    expect(await write(...args)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(stderr) });
  });

  it('writes to stdout what is new alone, and says beside it what the reader must know', async () => {
    const sources = [{ crawl: { start: 'http://shop.test/' } }];
    const only = { name: 'narrow', sources, recrawl: true, output: { only: ['new'] } };
    const known: Item = { ...item('Known'), change: { is: 'unchanged' } };
    const items = [known, item('One', { price: 5 })];
    await storeRun(folder, { id: 'narrow', job: makeJob(only) as unknown as Json, items });
    const { code, stdout, stderr } = await write('narrow', '--sort', 'stars');
    const titles = parseLines(stdout).map(({ title, price }) => [title, price]);
    expect([code, titles]).toEqual([0, [['One', 5]]]);
    const remark = 'not sorted: none of 1 record has the field to sort by; is its name right?\n';
    expect(stderr).toBe(remark);
    expect((await write('narrow', '--sort', 'stars', '--json')).stderr).toBe('');
  });

  it('puts downloads into a folder that it makes', async () => {
    expect(await write('done', '--what', 'files', '--output', 'down/loads')).toMatchObject({
      code: 0,
      stdout: '0 files: down/loads\n',
    });
    expect(existsSync(join(folder.path, 'down/loads'))).toBe(true);
  });
});

describe('forgetCommand', () => {
  const forget = (...args: string[]) => callCommand(folder, forgetCommand, ...args);
  const oneWay = 'USAGE name runs, or say --older-than or --last; or --cached\n';

  it.each([
    [[], oneWay],
    [['done', '--last'], oneWay],
    [['done', '--older-than', '3'], oneWay],
    [['--last', '--cached'], oneWay],
    [['--older-than', '0'], 'USAGE --older-than 0 forgets every run that is over: say --yes too\n'],
    [['going'], 'USAGE going is paused and not over: let it end, or npx spinneret cancel going\n'],
    [['done', 'rest'], 'USAGE rest is cancelled and not over: let it end, or npx spinneret cancel rest\n'],
  ])('refuses %j, and forgets nothing', async (args, stderr) => {
    await callCommand(folder, pauseCommand, 'going');
    expect(await forget(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('deletes pages that are kept for those who write jobs, and no run', async () => {
    const { stdout } = await forget('--cached', '--json');
    expect(parseLines(stdout)).toEqual([{ freedBytes: 0 }]);
    expect((await forget('--cached')).stdout).toBe('the cache of pages was deleted: 0 B freed\n');
  });

  it('forgets runs that have been over for so many days, and says where there is none', async () => {
    const ago = (days: number) => ({ finishedAt: Date.now() - days * dayMs, job });
    using old = openCliFolder();
    for (const days of [29, 31, 40]) await storeRun(old, { id: `d-${days}`, ...ago(days) });
    await storeRun(old, { id: 'going', ...ago(50), state: 'running', open: 1 });
    await storeRun(old, { id: 'rest', ...ago(50), state: 'cancelled', open: 1 });
    // Its last batch is done, so that it is over from now on.
    await storeRun(old, { id: 'just-over', ...ago(50), state: 'running' });
    const forgotten = async (...args: string[]) => {
      const { stdout } = await callCommand(old, forgetCommand, ...args, '--json');
      return parseLines(stdout).flatMap(({ forgotten }) =>
        (forgotten as { run: string }[]).map(({ run }) => run),
      );
    };
    expect((await forgotten('--older-than', '30')).toSorted()).toEqual(['d-31', 'd-40']);
    const { stdout } = await callCommand(old, forgetCommand, '--older-than', '30');
    expect(stdout).toMatch(/^no run is that old and over: nothing was forgotten\n0 runs forgotten; /);
    expect((await forgotten('--older-than', '0', '--yes')).toSorted()).toEqual(['d-29', 'just-over']);
  });

  it('says of a run that is gone when it was forgotten', async () => {
    const first = await forget('ended', 'cancelled');
    expect(first.stdout).toMatch(/^forgot ended\nforgot cancelled\n2 runs forgotten; /);
    const again = await forget('ended');
    expect(again.stderr).toMatch(/^ended is gone already: it was forgotten on 20\d\d-\d\d-\d\d \S+\n$/);
    expect(again.stdout).not.toContain('no run is that old');
  });
});
