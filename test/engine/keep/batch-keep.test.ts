import { describe, expect, it } from 'vitest';
import { openBatchKeep } from '../../../shared/engine/keep/batch-keep.ts';
import type { ArchiveWriter } from '../../../shared/engine/keep/page-archive.ts';
import { makeVisit } from '../../../shared/engine/make-visit.ts';
import { openRunContext } from '../../../shared/engine/run-context.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import type { PageFact } from '../../../shared/model.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { makeJob } from '../world.ts';

const answer: FetchResult = {
  ...{ url: 'http://a.test/', status: 200, headers: {}, body: Buffer.from('body'), ms: 1, startedAt: 7 },
};

async function open(more: Partial<ArchiveWriter> = {}, since?: number) {
  const calls: string[] = [];
  const writer: ArchiveWriter = {
    add: async ({ url, response }) => {
      calls.push(
        `add ${new URL(url).pathname} ${response.is === 'page' ? response.body.length : response.since}`,
      );
      return { from: 0, bytes: 1, digest: 'd' };
    },
    finish: async () => ({ file: 'kept', bytes: 9 }),
    discard: async () => {
      calls.push('discard');
    },
    ...more,
  };
  const begin = async (batch: string) => {
    calls.push(`begin ${batch}`);
    return writer;
  };
  const job = makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }], keep: 'warc' });
  const run = await openRunContext({ id: 'r', job, startedAt: 0 } as never, {
    ...{ env: {}, baseDir: '/', openFile: localFiles('/'), openArchive: async () => ({ begin }) },
  });
  const keep = openBatchKeep(run, 'b', { fetchedAt: () => since });
  if (keep === undefined) throw new Error('the job keeps its pages');
  const add = (path: string, fact: Partial<PageFact> = {}, of: Partial<FetchResult> = {}, kind = 'page') => {
    const request = { ...pageRequest({ url: `http://a.test${path}`, label: 'default' }), kind } as never;
    const whole = { ...answer, url: `http://a.test${path}`, ...of };
    return keep.add(request, whole, makeVisit(request, { end: 'stored', ...fact }, whole));
  };
  return { keep, add, calls };
}

describe('openBatchKeep', () => {
  it('keeps pages that were read, and begins with the first', async () => {
    const { keep, add, calls } = await open();
    await add('/noindex', { end: 'skipped', code: 'NOINDEX' });
    await add('/failed', { end: 'failed', code: 'HTTP_404' });
    await add('/moved', { end: 'stored' }, { redirect: 'http://a.test/x' });
    await add('/file', {}, {}, 'download');
    expect([calls, await keep.finish()]).toEqual([[], undefined]);
    await Promise.all([add('/1'), add('/2', { end: 'skipped', code: 'RULED_OUT' })]);
    expect(calls).toEqual(['begin b', 'add /1 4', 'add /2 4']);
    expect(await keep.finish()).toEqual({ file: 'kept', bytes: 9, pages: 2 });
    await keep[Symbol.asyncDispose]();
    expect(calls).not.toContain('discard');
  });

  it('says of a page that has not changed since when', async () => {
    const { keep, add, calls } = await open({}, 123);
    await add('/same', { isReused: true });
    await add('/other');
    expect(calls.slice(1)).toEqual(['add /same 123', 'add /other 4']);
    expect(await keep.finish()).toEqual({ file: 'kept', bytes: 9, pages: 1, unchanged: 1 });
  });

  it('keeps nothing of a batch that was not finished, whatever became of what was added', async () => {
    const unused = await open();
    await unused.keep[Symbol.asyncDispose]();
    expect(unused.calls).toEqual([]);
    const left = await open();
    await left.add('/1');
    await left.keep[Symbol.asyncDispose]();
    expect(left.calls.at(-1)).toBe('discard');
    const full = await open({ add: () => Promise.reject(new Error('the disk is full')) });
    await expect(full.add('/1')).rejects.toThrow('full');
    await expect(full.keep.finish()).rejects.toThrow('full');
    await full.keep[Symbol.asyncDispose]();
    expect(full.calls).toEqual(['begin b', 'discard']);
  });
});
