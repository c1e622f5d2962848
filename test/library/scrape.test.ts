import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DefinedJob, defineJob, type ItemFacts, type Scrape, scrape } from '../../library/index.ts';
import { parseSettings } from '../../shared/job/load.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { follow } from '../cli/call-cli.ts';
import { type SmallSite, serveSmallSite } from '../cli/small-site.ts';

const pages = 30;
/** As quick as they may be. */
const settings = { processes: 1, batchSize: 5, leaseMs: 2_000 };

let site: SmallSite;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  site = await serveSmallSite(pages);
  folder = temporaryFolder();
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  folder.remove();
});

const base = (name: string) => ({
  name,
  network: 'allowPrivate' as const,
  politeness: { gapMs: 0 },
  sources: [{ crawl: { start: `${site.origin}/` } }],
});

const fieldsJob = (name = 'small') =>
  defineJob({
    ...base(name),
    pages: {
      product: { match: '/p/*', fields: { title: 'h1', price: { select: '.price', type: 'number' } } },
      default: { follow: ['a'] },
    },
  });

const handlerJob = (name: string, onPage: () => void = () => undefined) =>
  defineJob({
    ...base(name),
    pages: {
      product: {
        match: '/p/*',
        fields: { title: 'h1' },
        handler(page) {
          onPage();
          return { items: [{ path: new URL(page.url).pathname, pid: process.pid }] };
        },
      },
      default: { follow: ['a'] },
    },
  });

const at = () => ({ folder: folder.path, settings });

/** What is under way at once is a part of the whole. */
const oneByOne = () => ({ folder: folder.path, settings: { ...settings, batchesPerProcess: 1 } });

async function all<Item>(run: Scrape<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of run) items.push(item);
  return items;
}

function urls(items: { _url: string }[]): string[] {
  return items.map(({ _url }) => new URL(_url).pathname).sort();
}

const allPages = Array.from({ length: pages }, (_, index) => `/p/${index + 1}`).sort();

describe('scrape', () => {
  it('yields every item, of worker processes, and accounts for every page', async () => {
    const run = scrape(fieldsJob(), at());
    const items = await all(run);
    expect(urls(items)).toEqual(allPages);
    const { state, isOver, pages: ends } = await run.summary();
    expect({ state, isOver, stored: ends.stored }).toEqual({
      state: 'finished',
      isOver: true,
      stored: pages + 1,
    });
  });

  it('yields items while pages are still to be asked for, and keeps the rest after a break', async () => {
    let count = 0;
    let hasItem = false;
    // In the second batch of five: the items of the first are there.
    const holdOnce = () => {
      count += 1;
      if (count === 7 && !hasItem) site.hold();
    };
    const job = handlerJob('early', holdOnce);
    const run = scrape(job, oneByOne());
    site.seen.length = 0;
    let asked = 0;
    for await (const _ of run) {
      hasItem = true;
      asked = site.seen.length;
      site.release();
      break;
    }
    expect(asked).toBeLessThan(pages);
    expect((await run.summary()).isOver).toBe(false);
    const again = handlerJob('early');
    expect(urls(await all(scrape(again, { ...at(), resume: run.run })))).toEqual(allPages);
  });

  it('calls handlers that are functions in this process', async () => {
    const items = await all(scrape(handlerJob('functions'), at()));
    expect(items.map(({ path }) => path).sort()).toEqual(allPages);
    expect(new Set(items.map(({ pid }) => pid))).toEqual(new Set([process.pid]));
  });

  it('makes one instance of a handler that is a class', async () => {
    let made = 0;
    class Product {
      constructor() {
        made += 1;
      }
      extract() {
        return { items: [{ seen: true }] };
      }
    }
    const job = defineJob({
      ...base('class'),
      pages: { product: { match: '/p/*', handler: Product }, default: { follow: ['a'] } },
    });
    expect(await all(scrape(job, at()))).toHaveLength(pages);
    expect(made).toBe(1);
  });

  it('runs two jobs at once in one process, each with its own items and handlers', async () => {
    const other = temporaryFolder();
    const [one, two] = await Promise.all([
      all(scrape(handlerJob('one'), at())),
      all(scrape(handlerJob('two'), { ...at(), folder: other.path })),
    ]);
    other.remove();
    expect([urls(one), urls(two)]).toEqual([allPages, allPages]);
  });

  it.each(['of functions', 'of processes'])(
    'ends when it is aborted, and goes on when it is resumed: %s',
    async (kind) => {
      const job: DefinedJob<ItemFacts> =
        kind === 'of functions' ? handlerJob('aborted') : fieldsJob('aborted');
      const stop = new AbortController();
      const run = scrape(job, { ...at(), signal: stop.signal });
      const taken: ItemFacts[] = [];
      const reason = new Error('enough');
      const iterating = (async () => {
        for await (const item of run) {
          taken.push(item);
          stop.abort(reason);
        }
      })();
      await expect(iterating).rejects.toBe(reason);
      expect(taken).toHaveLength(1);
      const again = await all(scrape(job, { ...at(), resume: run.run }));
      // The same items in the same order: a reader may skip those that it had.
      expect(again.slice(0, 1)).toEqual(taken);
      expect(urls(again)).toEqual(allPages);
    },
  );

  it('throws the reason of a signal that was aborted before, and starts nothing', async () => {
    const run = scrape(fieldsJob('never'), { ...at(), signal: AbortSignal.abort(new Error('no')) });
    await expect(all(run)).rejects.toThrow('no');
    await expect(run.summary()).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('goes on where a process was killed', async () => {
    const program = join(import.meta.dirname, 'killed-program.ts');
    const child = spawn(process.execPath, [program, site.origin, folder.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let run = '';
    for await (const chunk of child.stdout) {
      run += chunk;
      if (run.includes('\n')) break;
    }
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(urls(await all(scrape(fieldsJob('killed'), { ...at(), resume: run.trim() })))).toEqual(allPages);
  });

  it.each(['functions', 'processes'])('leaves nothing open after a break: %s', async (kind) => {
    const program = join(import.meta.dirname, 'breaking-program.ts');
    const child = spawn(process.execPath, [program, site.origin, folder.path, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { code, stdout } = await follow(child).done;
    expect({ code, left: JSON.parse(stdout) }).toEqual({ code: 0, left: [] });
  });

  it('says that a run was paused or cancelled elsewhere, rather than end as if that were all', async () => {
    let onPage = () => {};
    const run = scrape(
      handlerJob('paused', () => onPage()),
      oneByOne(),
    );
    await using store = await openLocalStore(
      parseSettings(JSON.stringify(settings), 'settings'),
      folder.path,
      'other',
    );
    onPage = () => void store.ledger.moveRun(run.run, ['running'], 'paused');
    await expect(all(run)).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    await store.ledger.moveRun(run.run, ['paused'], 'cancelled');
    await expect(all(run)).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });

  it('refuses what cannot run before anything is fetched', async () => {
    const missing = defineJob({ ...base('missing'), pages: { default: { handler: './not-there.ts' } } });
    await expect(all(scrape(missing, at()))).rejects.toMatchObject({ code: 'HANDLER_INVALID' });
    await expect(all(scrape(fieldsJob(), { ...at(), resume: 'no-such-run' }))).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    });
    expect(() => scrape(fieldsJob(), { ...at(), settings: { processes: 0 } })).toThrow(/processes/);
  });
});
