import { describe, expect, it } from 'vitest';
import { makeStaticCache } from '../../../shared/engine/render/static-cache.ts';

const answerOf = (bytes: number, status = 200) => ({
  ...{ url: 'http://a.test/x', status, headers: {}, body: Buffer.alloc(bytes), ms: 1, startedAt: 0 },
});

describe('makeStaticCache', () => {
  /** Which of the keys were asked for, of an answer that is made for each. */
  async function askedFor(keys: string[], answer: (key: string) => object) {
    const cache = makeStaticCache();
    const asked: string[] = [];
    for (const key of keys) {
      await cache.get(key, async () => {
        asked.push(key);
        return answer(key) as ReturnType<typeof answerOf>;
      });
    }
    return asked;
  }

  it('keeps what was answered, and asks again for what was refused or failed', async () => {
    expect(await askedFor(['a', 'a', 'b'], () => answerOf(1))).toEqual(['a', 'b']);
    expect(await askedFor(['a', 'a'], () => answerOf(1, 404))).toEqual(['a', 'a']);
    expect(await askedFor(['a', 'a'], () => answerOf(1, 201))).toEqual(['a', 'a']);
    expect(await askedFor(['a', 'a'], () => ({ refused: 'failed' }))).toEqual(['a', 'a']);
  });

  it('keeps 64 MB, the newest', async () => {
    const halves = () => answerOf(32e6);
    expect(await askedFor(['a', 'b', 'a', 'b'], halves)).toEqual(['a', 'b']);
    expect(await askedFor(['a', 'b', 'c', 'b', 'c', 'a', 'c', 'b'], halves)).toEqual([
      'a',
      'b',
      'c',
      'a',
      'b',
    ]);
    const one = (key: string) => answerOf(key === 'large' ? 64e6 + 1 : 1);
    expect(await askedFor(['large', 'a', 'large', 'a'], one)).toEqual(['large', 'a', 'large', 'a']);
  });

  it('asks once where several wait, and again after a failure', async () => {
    const cache = makeStaticCache();
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof answerOf>>();
    let asked = 0;
    const ask = () => {
      asked += 1;
      return promise;
    };
    const waiting = [cache.get('a', ask), cache.get('a', ask)];
    resolve(answerOf(1, 500));
    await Promise.all(waiting);
    expect(asked).toBe(1);
    await cache.get('a', ask);
    expect(asked).toBe(2);
    await expect(cache.get('b', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await cache.get('b', async () => answerOf(2))).toMatchObject({ status: 200 });
  });
});
