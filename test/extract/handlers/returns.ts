/** Returns what the page's script says, so that a test can try any result. */
import { EventEmitter } from 'node:events';
import type { HandlerPage } from '../../../shared/extract/handlers/handler.ts';

const results: Record<string, () => unknown> = {
  nothing: () => undefined,
  links: () => ({ links: ['/a'] }),
  none: () => ({ items: [] }),
  lacking: () => ({ items: [{ title: 'T' }] }),
  ownUrl: () => ({ items: [{ _url: 'https://elsewhere.example/' }] }),
  ownItem: () => ({ items: [{ a: 1 }, { _item: 'b' }] }),
  ownMissing: () => ({ items: [{ _missing: [] }] }),
  ownLost: () => ({ items: [{ _lost: [] }] }),
  thrown: () => {
    throw new Error('no such price');
  },
  never: () => new Promise(() => undefined),
  text: () => 'text',
  list: () => [],
  other: () => ({ rows: [] }),
  noList: () => ({ items: {} }),
  noObject: () => ({ items: ['a'] }),
  date: () => ({ items: [{ at: new Date(0) }] }),
  absent: () => ({ items: [{ price: undefined }] }),
  infinite: () => ({ items: [{ price: Number.NaN }] }),
  call: () => ({ items: [{ a: [() => 1] }] }),
  cycle: () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return { items: [cycle] };
  },
  timer: () => {
    setTimeout(() => {
      throw new Error('in a timer');
    });
    return new Promise(() => undefined);
  },
  immediate: () => {
    setImmediate(() => {
      throw new Error('in an immediate');
    });
    return { items: [] };
  },
  microtask: () => {
    queueMicrotask(() => {
      throw new Error('in a microtask');
    });
  },
  unawaited: () => {
    // Nobody waits for it: that is the fault of this handler.
    void Promise.reject(new Error('not waited for'));
    return { items: [] };
  },
  emitted: () => {
    setTimeout(() => new EventEmitter().emit('error', new Error('emitted')));
    return new Promise(() => undefined);
  },
  late: () => {
    setTimeout(() => Promise.reject(new Error('too late')), 30);
    return { items: [] };
  },
  exit: () => process.exit(),
  exitCaught: () => {
    try {
      process.exit(0);
    } catch {
      return { items: [] };
    }
  },
  kill: () => process.kill(process.pid),
  getter: () => ({
    items: [
      {
        get price() {
          throw new Error('a getter');
        },
      },
    ],
  }),
  getters: () => ({
    get items() {
      throw new Error('a getter of all');
    },
  }),
  toJson: () => ({ items: [{ toJSON: () => 1 }] }),
  bigInt: () => ({ items: [{ a: 1n }] }),
  map: () => ({ items: [{ a: new Map() }] }),
  stream: () => ({ items: [{ a: process.stdout }] }),
  generator: () => (function* items() {})(),
  wholeMap: () => new Map(),
  laughs: () => {
    let value: unknown = 'ha';
    for (let level = 0; level < 100; level++) value = [value, value];
    return { items: [{ value }] };
  },
  huge: () => ({ items: [{ a: 'x'.repeat(60_000_000) }] }),
  sparse: () => ({ items: new Array(4_000_000_000) }),
  sparseInside: () => ({ items: [{ a: new Array(4_000_000_000) }] }),
  label: () => ({ links: [{ url: '/a', label: 'nowhere' }] }),
  noUrl: () => ({ links: [{}] }),
};

export default (page: HandlerPage): unknown => {
  page.fields['title'] = 'changed in place';
  const name = page.first('script')?.text() ?? '';
  if (name === 'selector') return { items: page.all('::text') };
  return results[name]?.();
};
