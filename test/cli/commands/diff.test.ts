import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffCommand } from '../../../cli/commands/diff.ts';
import type { Item, Json, PageFact } from '../../../shared/model.ts';
import { makeJob } from '../../engine/world.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { callCommand } from '../call-command.ts';
import { storeRun } from '../stored-run.ts';

const job = makeJob({ name: 'shop', sources: [{ crawl: { start: 'http://shop.test/' } }] });
const other = { ...job, name: 'other' };
const extraction = { ...job, extracts: { run: 'shop-1' } };
const url = (name: string) => `http://shop.test/${name}`;
const item = (name: string, fields: Item['fields']): Item => ({ item: 'book', url: url(name), fields });
const page = (name: string, code: string): PageFact => ({
  ...{ kind: 'page', url: url(name), label: 'book', depth: 0, attempt: 1, end: 'failed', code },
});
const tags = { a: ['x'.repeat(200)] };

let folder: CliFolder;
beforeAll(async () => {
  folder = openCliFolder();
  const store = (id: string, day: number, more: Partial<Parameters<typeof storeRun>[1]>, of: object = job) =>
    storeRun(folder, { id, finishedAt: day * 86_400_000, job: of as Json, ...more });
  const same = item('same', { title: 'Same' });
  const stale = { title: 'Old', stock: null, price: 3, tags: ['a', 'b'] };
  await store('shop-1', 1, {
    items: [same, item('changed', stale), item('dead', { title: 'Dead' }), item('left', { title: 'Left' })],
    pages: [],
  });
  await store('other-1', 2, {}, other);
  await store('shop-kept', 3, {}, extraction);
  await store('shop-2', 4, {
    items: [same, item('changed', { ...stale, title: 'New', tags: null }), item('new', { tags })],
    pages: [page('dead', 'HTTP_404'), page('left', 'HTTP_500')],
  });
  await store('shop-kept-2', 5, { items: [same] }, extraction);
  await store('shop-3', 6, { items: [same], state: 'running', open: 1 });
});
afterAll(() => folder[Symbol.dispose]());

const diff = (...args: string[]) => callCommand(folder, diffCommand, ...args);
const headerOf = async (...args: string[]) => parseLines((await diff(...args, '--json')).stdout).at(-1);

describe('diffCommand', () => {
  it('shows each difference with its sign, a changed field by both values, and what they come to', async () => {
    const { code, stdout, stderr } = await diff('shop-1', 'shop-2');
    expect([code, stderr]).toEqual([0, '']);
    const shown = `{"tags":{"a":["${'x'.repeat(144)}…`;
    expect(stdout.split('\n')).toEqual([
      '~ book  http://shop.test/changed',
      '    title: "Old" → "New"',
      '    tags: ["a","b"] → null',
      '+ book  http://shop.test/new',
      `    ${shown}`,
      '- book  http://shop.test/dead (HTTP_404)',
      '    {"title":"Dead"}',
      '? book  http://shop.test/left (HTTP_500)',
      '    {"title":"Left"}',
      'items: 1 new, 1 changed, 1 unchanged, 1 gone, 1 not seen',
      '',
    ]);
    expect(shown.length).toBe(160);
  });

  it('is an object for each difference, and one with the sums', async () => {
    const lines = parseLines((await diff('shop-1', 'shop-2', '--json')).stdout);
    expect(lines.map(({ type, is }) => [type, is])).toEqual([
      ['difference', 'changed'],
      ['difference', 'new'],
      ['difference', 'gone'],
      ['difference', 'notSeen'],
      [undefined, undefined],
    ]);
    expect(lines.at(-1)).toEqual({
      ...{ before: 'shop-1', after: 'shop-2' },
      ...{ new: 1, changed: 1, unchanged: 1, gone: 1, notSeen: 1 },
    });
  });

  it('is a table with a row for each changed field, and no sums', async () => {
    const { code, stdout } = await diff('shop-1', 'shop-2', '--csv');
    expect(code).toBe(0);
    expect(stdout.split('\r\n')).toEqual([
      '_change,_item,_url,_reason,field,from,to',
      'changed,book,http://shop.test/changed,,title,Old,New',
      'changed,book,http://shop.test/changed,,tags,"[""a"",""b""]",',
      'new,book,http://shop.test/new,,,,',
      'gone,book,http://shop.test/dead,HTTP_404,,,',
      'notSeen,book,http://shop.test/left,HTTP_500,,,',
      '',
    ]);
  });

  it('does not speak of what was not seen where all was', async () => {
    const { stdout } = await diff('shop-1', 'shop-1');
    expect(stdout).toBe('items: 0 new, 0 changed, 4 unchanged, 0 gone\n');
  });

  it.each([
    ['shop-2', 'shop-1', 'of its own job, and no extraction'],
    ['shop-3', 'shop-2', 'for a run that goes on as well'],
    ['shop-kept-2', 'shop-2', 'for an extraction the newest of any kind'],
  ])('compares %s with %s: the run before it %s', async (after, before) => {
    expect(await headerOf(after)).toMatchObject({ before, after });
  });

  it('compares the run that started last', async () => {
    expect(await headerOf('--last')).toMatchObject({ before: 'shop-2', after: 'shop-3' });
  });

  it('calls nothing gone while the later run goes on', async () => {
    const { stdout } = await diff('shop-1', 'shop-3');
    expect(stdout).toContain('? book  http://shop.test/left (RUNNING)');
    expect(stdout).toContain('items: 0 new, 0 changed, 1 unchanged, 0 gone, 3 not seen');
  });

  it.each([
    [['shop-1', '--csv', '--json'], 'USAGE --csv or --json, not both\n'],
    [['shop-1'], 'USAGE shop-1 is the first run of shop that is there: name the run to compare it with\n'],
    [[], 'USAGE name a run, or say --last\n'],
  ])('refuses %j', async (args, stderr) => {
    expect(await diff(...args)).toEqual({ code: 2, stdout: '', stderr });
  });
});
