import { describe, expect, it } from 'vitest';
import { keepLoaded } from '../../../shared/engine/keep/keep-loaded.ts';
import { type LoadedAnswer, noteLoaded } from '../../../shared/engine/keep/loaded.ts';
import type { ArchiveWriter } from '../../../shared/engine/keep/page-archive.ts';
import { openRunContext } from '../../../shared/engine/run-context.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { makeJob } from '../world.ts';

const answerOf = (bytes: number, url = 'http://a.test/x'): FetchResult => ({
  ...{ url, status: 200, headers: {}, body: Buffer.alloc(bytes, 'x'), ms: 1, startedAt: 0 },
});
const ofPage = { method: 'GET' };

describe('noteLoaded', () => {
  it('holds so many bytes and no more; what is beyond is noted without its body', () => {
    const loading = noteLoaded(10);
    for (const bytes of [6, 5, 4, 1, 0]) loading.add(ofPage, answerOf(bytes));
    const noted = loading.answers.map(({ answer, isTruncated }) => [answer.body.length, isTruncated]);
    expect(noted).toEqual([
      [6, undefined],
      [0, true],
      [4, undefined],
      [0, true],
      [0, undefined],
    ]);
  });

  it('knows the questions of scripts, and what led on to an answer, but of a frame that was led on nothing', () => {
    const loading = noteLoaded();
    const redirects = [answerOf(1, 'http://a.test/from')];
    loading.add({ method: 'POST', body: 'q', isOfScript: true }, { ...answerOf(2), redirects });
    loading.add({ method: 'GET', isOfScript: true }, answerOf(3));
    loading.add({ method: 'GET', isFrame: true }, { ...answerOf(4), redirects });
    loading.add({ method: 'GET', isFrame: true }, answerOf(5));
    expect(loading.answers.map(({ answer, question }) => [answer.body.length, question])).toEqual([
      [1, undefined],
      [2, { method: 'POST', sent: 'q' }],
      [3, { method: 'GET' }],
      [5, undefined],
    ]);
  });
});

describe('keepLoaded', () => {
  async function keep(loaded: LoadedAnswer[], readsAnswers = false) {
    const job = makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] });
    const run = await openRunContext({ id: 'r', job, startedAt: 0 } as never, {
      ...{ env: {}, baseDir: '/', openFile: localFiles('/') },
    });
    let from = 0;
    const writer = {
      add: async () => ({ from: from++, bytes: 7, digest: `digest ${from}` }),
    } as unknown as ArchiveWriter;
    const loads = keepLoaded(run);
    for (const one of loaded) await loads.add(writer, answerOf(1), { loaded: [one], readsAnswers }, []);
    return loads.written().loaded;
  }

  it('names the large ones alone, which other batches may have: those whose body is whole', async () => {
    const shared = answerOf(5_000);
    const question = { method: 'GET' };
    const loaded: LoadedAnswer[] = [
      { answer: answerOf(1_023) },
      { answer: answerOf(1_024) },
      { answer: shared },
      { answer: shared },
      { answer: answerOf(3_000), isTruncated: true },
      { answer: answerOf(4_000), question },
    ];
    const large = (...at: number[]) => at.map((from) => [from, 7, `digest ${from + 1}`]);
    expect(await keep(loaded)).toEqual({ answers: 5, truncated: 1, large: large(1, 2, 4) });
    // What items are read from each page has for itself.
    expect(await keep(loaded, true)).toEqual({ answers: 5, truncated: 1, large: large(1, 2) });
  });

  it('names a thousand of them at most, and says nothing where there is none', async () => {
    const many = Array.from({ length: 1_001 }, () => ({ answer: answerOf(1_024) }));
    const kept = await keep(many);
    expect([kept?.answers, kept?.large.length, kept?.truncated]).toEqual([1_001, 1_000, undefined]);
    expect(await keep([])).toBeUndefined();
  });
});
