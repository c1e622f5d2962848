import { describe, expect, it } from 'vitest';
import { fileLines, nextLines } from '../../../cli/local/conclude.ts';
import type { RunFile, RunFiles } from '../../../cli/local/run-files.ts';
import type { Counts } from '../../../shared/model.ts';
import { plain } from '../../../shared/text/paint.ts';
import { makeRun } from '../../observe/make-run.ts';

const items: RunFile = {
  path: 'output/b-1/items.jsonl',
  what: 'items',
  format: 'jsonl',
  records: 1_200,
  bytes: 9,
};
const failures: RunFile = { ...items, path: 'output/b-1/failures.jsonl', what: 'failures', records: 5 };

function linesOf(written: Partial<RunFiles>, counts: Counts = {}, first: Record<string, string>[] = []) {
  const none: RunFiles = { files: [items], downloads: 0, kept: [], reports: [], reportFiles: [] };
  return fileLines({ paint: plain }, { counts }, { ...none, ...written }, first);
}

describe('fileLines', () => {
  it.each<[string, Partial<RunFiles>, Counts, string[]]>([
    ['its items', {}, { incomplete: 3 }, ['  files   output/b-1/items.jsonl (1,200)']],
    [
      'what failed',
      { files: [items, failures] },
      {},
      ['  files   output/b-1/items.jsonl (1,200)', '          output/b-1/failures.jsonl (5)'],
    ],
    [
      'what failed, and items that are kept apart',
      { files: [failures] },
      { incomplete: 1, misfits: 1 },
      ['  files   output/b-1/failures.jsonl (5: 3 failed, 2 items kept apart)'],
    ],
    [
      'what failed, and one such item',
      { files: [failures] },
      { misfits: 1 },
      ['  files   output/b-1/failures.jsonl (5: 4 failed, 1 item kept apart)'],
    ],
    [
      'files, kept pages and the coverage of areas',
      {
        downloads: 1,
        kept: [{ name: 'pages.warc.gz', bytes: 1, pages: 2 }] as RunFiles['kept'],
        reportFiles: ['output/b-1/coverage.json'],
      },
      {},
      [
        '  files   output/b-1/items.jsonl (1,200)',
        '          output/b-1/files/ (1 file)',
        '          output/b-1/pages.warc.gz (2 pages)',
        '          output/b-1/coverage.json',
      ],
    ],
  ])('names %s', (_, written, counts, lines) => {
    expect(linesOf(written, counts)).toEqual(lines);
  });

  it('shows items by their fields, cut to a line', () => {
    const long = { _url: 'u', _files: 'f', _capture: 'c', title: 'x'.repeat(200) };
    const [, first, second] = linesOf({}, {}, [{ _url: 'u', title: 'One' }, long]);
    expect(first).toBe('  such as {"title":"One"}');
    const width = (process.stdout.columns ?? 120) - 12;
    expect(second).toBe(`          {"title":"${'x'.repeat(width - 11)}…`);
  });
});

describe('nextLines', () => {
  const crawl = { sources: [{ crawl: { start: 'http://a.test/' } }] };
  const places = { sources: [{ places: { areas: [] } }] };
  const linesAfter = (counts: Counts, job: object = crawl) => {
    const run = makeRun({ job: job as ReturnType<typeof makeRun>['job'] });
    return nextLines([{ run, counts, isOver: true }]);
  };
  const exporting = '  npx spinneret export books-1 --format csv --output items.csv';
  const trying = '  npx spinneret try URL --file FILE     # what the job takes from one page, and why not';
  const asking =
    '  npx spinneret try QUERY --file FILE   # what one answer to a query gives, and why not more';
  const comparing = '  npx spinneret diff books-1';
  const status = '  npx spinneret status books-1';

  it.each<[string, Counts, object, string[]]>([
    ['all is well', { items: 5 }, crawl, []],
    ['a page failed', { items: 5, failed: 1 }, crawl, [trying]],
    ['an item is incomplete', { items: 5, incomplete: 1 }, crawl, [trying]],
    ['an item is not as its schema has it', { items: 5, misfits: 1 }, crawl, [trying]],
    ['there is no item', {}, crawl, [trying]],
    ['there is no place', {}, places, [asking]],
    ['an item has changed', { items: 5, 'change:items:changed': 1 }, crawl, [comparing]],
    ['an item is gone', { items: 5, 'change:items:gone': 1 }, crawl, [comparing]],
    ['an item was not seen', { items: 5, 'change:items:notSeen': 1 }, crawl, [comparing]],
    ['all are new', { items: 5, 'change:items:new': 5, 'change:items:changed': 0 }, crawl, []],
  ])('where %s', (_, counts, job, between) => {
    expect(linesAfter(counts, job)).toEqual(['next:', exporting, ...between, status]);
  });

  it('is nothing where nothing was run', () => {
    expect(nextLines([])).toEqual([]);
  });
});
