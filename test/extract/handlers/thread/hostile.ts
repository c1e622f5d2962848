/** Does what the page's script says: everything that a handler should not do, or its duty. */
import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { HandlerPage } from '../../../../shared/extract/handlers/handler.ts';

/** Made at import: what runs in it belongs to no page. */
const ofNoPage = new AsyncResource('OF_NO_PAGE');
const kept: unknown[] = [];

function loop(): never {
  for (;;) kept.length = 0;
}

function fill(make: () => unknown): never {
  const own: unknown[] = [];
  for (;;) own.push(make());
}

const deeds: Record<string, (page: HandlerPage) => unknown> = {
  loop,
  loopAfterAwait: async () => {
    await sleep(1);
    return loop();
  },
  loopInTimer: () =>
    new Promise(() => {
      setTimeout(loop, 1);
    }),
  loopInGetter: () => ({
    get items() {
      return loop();
    },
  }),
  microtasks: async () => {
    for (;;) await undefined;
  },
  regex: () => /^(a+)+$/.test(`${'a'.repeat(60)}b`),
  never: () => new Promise(() => undefined),
  thenable: () => Object.defineProperty({}, 'then', { value: () => undefined }),
  objects: () => fill(() => ({ a: 1 })),
  arrays: () => fill(() => new Array(10_000_000).fill(0.5)),
  strings: () => fill(() => 'x'.repeat(10_000_000).split('').join('y')),
  map: () => {
    const map = new Map<number, number>();
    for (let index = 0; ; index++) map.set(index, index);
  },
  buffers: () => fill(() => Buffer.alloc(10_000_000, 1)),
  waiting: () =>
    new Promise(() => {
      const own: unknown[] = [];
      setInterval(() => {
        for (let index = 0; index < 100_000; index++) own.push({ index });
      }, 1);
    }),
  exit: () => process.exit(0),
  reallyExit: () => Reflect.get(process, 'reallyExit').call(process, 3),
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  undefined: () => {
    throw undefined;
  },
  symbol: () => Promise.reject(Symbol('s')),
  proxy: () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    throw proxy;
  },
  stack: function again(page): unknown {
    return [deeds['stack']?.(page)];
  },
  timer: () =>
    new Promise(() => {
      setTimeout(() => {
        throw new Error('in a timer');
      }, 1);
    }),
  unhandled: () => {
    void Promise.reject(new Error('nobody waits'));
    return new Promise(() => undefined);
  },
  ofNoPage: () =>
    new Promise(() => {
      ofNoPage.runInAsyncScope(() =>
        setTimeout(() => {
          throw new Error('of no page');
        }, 1),
      );
    }),
  port: () => {
    parentPort?.postMessage('nothing');
    parentPort?.close();
    throw new Error('closed its port');
  },
};

export default async (page: HandlerPage): Promise<unknown> => {
  const deed = page.first('script')?.text() ?? '';
  if (deed === '') return { items: [{ title: page.fields['title'] ?? null }], links: ['next'] };
  return deeds[deed]?.(page);
};
