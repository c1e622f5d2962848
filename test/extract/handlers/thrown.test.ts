import { describe, expect, it } from 'vitest';
import { runHandler } from '../../../shared/extract/handlers/run-handler.ts';

const limits = { timeoutMs: 1_000, labels: new Set<string>() };
const page = { label: 'product' } as Parameters<typeof runHandler>[1];

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function trap(property: string, base: object = new Error('x')): object {
  return Object.defineProperty(base, property, {
    get() {
      throw Object.create(null);
    },
  });
}

const odd: [what: string, make: () => unknown][] = [
  ['an object without a prototype', () => Object.create(null)],
  ['a revoked proxy', revoked],
  ['a symbol', () => Symbol('s')],
  ['undefined', () => undefined],
  ['null', () => null],
  ['a function', () => () => 1],
  ['a BigInt', () => 1n],
  ['an error whose message throws', () => trap('message')],
  ['an error whose stack throws', () => trap('stack')],
  ['an error whose code throws', () => trap('code')],
  ['an object whose toString throws', () => trap('toString', {})],
  [
    'an object that contains itself',
    () =>
      Object.assign(
        {},
        {
          get self(): unknown {
            return this;
          },
        },
      ),
  ],
  ['an error whose message is an object', () => Object.assign(new Error(), { message: Object.create(null) })],
];

describe('runHandler', () => {
  it.each(odd)('fails its page with HANDLER_FAILED when the handler throws %s', async (_what, make) => {
    const failing = [
      () => {
        throw make();
      },
      async () => {
        throw make();
      },
      () => Promise.reject(make()),
      () => ({
        get items(): never {
          throw make();
        },
      }),
      () => ({
        items: [
          {
            get price(): never {
              throw make();
            },
          },
        ],
      }),
      () =>
        Object.defineProperty({}, 'then', {
          value: () => {
            throw make();
          },
        }),
    ];
    for (const handler of failing) {
      await expect(runHandler(handler as never, page, limits)).rejects.toMatchObject({
        code: 'HANDLER_FAILED',
        message: expect.stringMatching(/^The handler of product: ./),
      });
    }
  });

  it('has the file and line of an error in its message, and none of our own frames', async () => {
    const handler = () => {
      throw new Error('boom');
    };
    const failure = runHandler(handler as never, page, limits);
    await expect(failure).rejects.toThrow(/^The handler of product: boom\n {4}at .*thrown\.test\.ts:\d+:\d+/);
    await expect(failure).rejects.not.toThrow(/run-handler/);
  });
});
