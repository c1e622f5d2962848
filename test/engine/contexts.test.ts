import { describe, expect, it } from 'vitest';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import { makeContexts, type RunContext } from '../../shared/engine/run-context.ts';
import { enterWorld } from './setting.ts';
import { makeJob } from './world.ts';

const job = makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] });

/** Contexts of a store with these runs; which of them were opened, and what may be closed is noted. */
async function openContexts(...runs: string[]) {
  const world = enterWorld();
  for (const run of runs) await world.start(run, job);
  const opened: string[] = [];
  const contexts = makeContexts(
    world.ledger,
    async (run) => {
      opened.push(run.id);
      return localEnvironment(run);
    },
    world.now,
  );
  return { world, contexts, opened };
}

/** Whether a context is still one to work with. */
function watchClosing(context: RunContext): () => boolean {
  const { fetcher } = context;
  let isClosed = false;
  const { close } = fetcher;
  fetcher.close = async () => {
    isClosed = true;
    await close();
  };
  return () => isClosed;
}

describe('makeContexts', () => {
  it('opens each run once, also where two ask at the same time', async () => {
    const { contexts, opened } = await openContexts('a', 'b');
    const [first, second] = await Promise.all([contexts.contextOf('a'), contexts.contextOf('a')]);
    expect(second).toBe(first);
    await contexts.contextOf('b');
    expect(await contexts.contextOf('a')).toBe(first);
    expect(opened).toEqual(['a', 'b']);
    await contexts.close();
  });

  it('tries one again that could not be opened', async () => {
    const { world, contexts } = await openContexts();
    await expect(contexts.contextOf('a')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await world.start('a', job);
    expect((await contexts.contextOf('a')).id).toBe('a');
    await contexts.close();
  });

  it('closes all but those that were used last, and opens them anew when they are asked for', async () => {
    const { contexts, opened } = await openContexts('a', 'b', 'c');
    const [a, b, c] = [
      await contexts.contextOf('a'),
      await contexts.contextOf('b'),
      await contexts.contextOf('c'),
    ];
    const closed = [a, b, c].map(watchClosing);
    await contexts.contextOf('a');
    await contexts.keepLast(3);
    expect(closed.map((isClosed) => isClosed())).toEqual([false, false, false]);
    await contexts.keepLast(2);
    expect(closed.map((isClosed) => isClosed())).toEqual([false, true, false]);
    expect(await contexts.contextOf('b')).not.toBe(b);
    expect(opened).toEqual(['a', 'b', 'c', 'b']);
    await contexts.close();
    expect(closed.map((isClosed) => isClosed())).toEqual([true, true, true]);
  });
});
