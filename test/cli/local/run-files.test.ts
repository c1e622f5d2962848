import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeRun, listRuns } from '../../../cli/local/local-status.ts';
import { hasRunFiles, writeRunFiles } from '../../../cli/local/run-files.ts';
import type { Project } from '../../../cli/project.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import { openLocalStore } from '../../../shared/local-run/local-store.ts';
import type { Counts, Json, Run, RunState } from '../../../shared/model.ts';
import { formatDateTime } from '../../../shared/text/format.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { makeJob } from '../../engine/world.ts';
import { keepOutput } from '../kept-output.ts';

let folder: ReturnType<typeof temporaryFolder>;
let project: Project;
beforeEach(async () => {
  folder = temporaryFolder();
  const settings = settingsSchema.parse({});
  const store = await openLocalStore(settings, folder.path, 'test');
  const close = { [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  project = { projectDir: folder.path, settings, store, ...close };
});
afterEach(async () => {
  await project[Symbol.asyncDispose]();
  folder.remove();
});

const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A run in the store, of whose one page an item was made; another one is gone, which the counts may say. */
async function start(state: RunState, output: object = {}): Promise<Run> {
  const job = makeJob({ name: 'books', sources: [{ crawl: { start: 'http://a.test/' } }], output });
  const { ledger, outcomes } = project.store;
  await ledger.createRun({
    id: 'b-1',
    job: job as unknown as Json,
    baseDir: '/',
    state: 'running',
    startedAt,
  });
  const items = [{ item: 'book', url: 'http://a.test/1', fields: { title: 'One' } }];
  const rest = { pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  const missing = [
    { url: 'http://a.test/2', label: 'book', is: 'gone' as const, why: 'HTTP_404', items: [] },
  ];
  await outcomes.write({ run: 'b-1', batch: '0', items, missing, ...rest });
  if (state !== 'running') await ledger.moveRun('b-1', ['running'], state);
  const run = await ledger.readRun('b-1');
  if (run === undefined) throw new Error('the run is not there');
  return run;
}

describe('writeRunFiles', () => {
  const filesAfter = async (counts: Counts, output: object = {}) => {
    const run = await start('finished', output);
    const { files } = await writeRunFiles(project, { run, counts, isOver: true });
    expect(readdirSync(join(folder.path, 'output/b-1')).sort()).toEqual(
      ['run.json', ...files.map(({ path }) => path.replace('output/b-1/', ''))].sort(),
    );
    return files.map(({ path }) => path);
  };

  it.each<[string, Counts, string[]]>([
    ['items alone', { items: 1 }, []],
    ['incomplete items', { incomplete: 1 }, ['incomplete', 'failures']],
    ['items that are not as the schema has them', { misfits: 1 }, ['misfits', 'failures']],
    ['pages that failed', { failed: 1 }, ['failures']],
    ['what is gone', { 'change:items:gone': 1 }, ['gone']],
    ['nothing that is counted as none', { 'change:items:gone': 0 }, []],
  ])('of a run with %s writes what there is', async (_, counts, more) => {
    expect(await filesAfter(counts)).toEqual(['items', ...more].map((what) => `output/b-1/${what}.jsonl`));
  });

  it('writes items in each format of the job', async () => {
    expect(await filesAfter({}, { formats: ['csv', 'json'] })).toEqual([
      'output/b-1/items.csv',
      'output/b-1/items.json',
    ]);
  });

  it('names its files last of all in run.json, by which they are known to be there', async () => {
    const run = await start('finished');
    expect(hasRunFiles(project, 'b-1')).toBe(false);
    const counts = { items: 1, failed: 1 };
    const { files, ...others } = await writeRunFiles(project, { run, counts, isOver: true });
    expect(others).toEqual({ downloads: 0, kept: [], reports: [], reportFiles: [] });
    expect(files).toMatchObject([
      { path: 'output/b-1/items.jsonl', what: 'items', format: 'jsonl', records: 1 },
      { path: 'output/b-1/failures.jsonl', what: 'failures', format: 'jsonl', records: 0 },
    ]);
    const { finishedAt = 0 } = run;
    expect(JSON.parse(readFileSync(join(folder.path, 'output/b-1/run.json'), 'utf8'))).toEqual({
      run: 'b-1',
      job: 'books',
      state: 'finished',
      startedAt: '2026-01-02T03:04:05.000Z',
      finishedAt: new Date(finishedAt).toISOString(),
      counts,
      files: JSON.parse(JSON.stringify(files)),
    });
    expect(hasRunFiles(project, 'b-1')).toBe(true);
    rmSync(join(folder.path, 'output/b-1/failures.jsonl'));
    expect(hasRunFiles(project, 'b-1')).toBe(false);
  });
});

describe('describeRun', () => {
  const linesOf = async (run: Run) => {
    const { lines } = await describeRun(project.store, keepOutput(), run);
    return lines.slice(lines.findIndex((line) => line.startsWith('  started ')));
  };
  const started = `  started ${formatDateTime(startedAt)}`;
  const next = ['', 'next: npx spinneret resume b-1'];

  it('says how to go on with a run that nobody works on, and of no other', async () => {
    const run = await start('running');
    expect(await linesOf(run)).toEqual([started, ...next]);
    const { ledger, commands } = project.store;
    await commands.heartbeat(['b-1']);
    expect(await linesOf(run)).toEqual([started]);
    await ledger.moveRun('b-1', ['running'], 'paused');
    expect(await linesOf({ ...run, state: 'paused' })).toEqual([started, ...next]);
    await commands.leave();
    expect(await linesOf({ ...run, state: 'cancelled' })).toEqual([started]);
    expect(await listRuns(project.store)).toMatchObject({
      entries: [{ open: 1, waits: [], summary: { run: 'b-1', state: 'paused', isWorkedOn: false } }],
      notes: [],
      begin: 'npx spinneret run FILE',
    });
  });
});
