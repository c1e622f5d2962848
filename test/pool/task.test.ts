import { describe, expect, it } from 'vitest';
import { openPool } from '../../shared/pool/pool.ts';
import { partial, type Task, type TaskContext, task } from '../../shared/pool/task.ts';
import * as tasks from './tasks.ts';

const module = new URL('./tasks.ts', import.meta.url);

describe('task', () => {
  it('is the address of a function', () => {
    const address = { module: module.href, name: 'square', bound: [] };
    expect(task(module, tasks.square)).toEqual(address);
    expect(task(module.href, tasks.square)).toEqual(address);
    expect(task(module.pathname, tasks.square)).toEqual(address);
    expect(task<typeof tasks.square>(module, 'square')).toEqual(address);
  });

  it.each([
    [
      'a function without a name',
      () =>
        task(
          module,
          (
            () => () =>
              1
          )(),
        ),
    ],
    ['a bound function', () => task(module, tasks.square.bind(undefined))],
    ['a relative path', () => task('./tasks.ts', tasks.square)],
  ])('refuses %s at once', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'HaltError', code: 'TASK_INVALID' }));
  });

  it.each([
    ['its module does not export', module, /tasks\.ts exports no function hidden, but .*square/],
    [
      'whose module is missing',
      new URL('./none.ts', module),
      /none\.ts cannot be loaded: Cannot find module/,
    ],
  ])('is refused at the first call of a function that %s', async (_what, where, message) => {
    await using pool = openPool({ size: 1, watchParent: false });
    const hidden = task(where, function hidden(input: number) {
      return input;
    });
    await expect(pool.map([1], hidden)).rejects.toMatchObject({
      name: 'HaltError',
      code: 'TASK_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('has the arguments still to come as its type', () => {
    const join = (a: number, b: string, _context?: TaskContext) => `${a}${b}`;
    const greet = (name: string, greeting = 'Hello') => `${greeting}, ${name}`;
    const three = task(module, join);
    const checked: Task<[number, string], string> = three;
    const rest: Task<[string], string> = partial(three, 1);
    // @ts-expect-error the first argument is a number.
    partial(three, 'x');
    // @ts-expect-error an optional argument would be given the context.
    const optional: Task<[string], string> = task(module, greet);
    expect([checked, rest, optional].map(({ bound }) => bound)).toEqual([[], [1], []]);
  });
});

describe('partial', () => {
  it('adds to what is bound, and leaves the task as it is', () => {
    const whole = task(module, tasks.add);
    const two = partial(partial(whole, 1), 'x');
    expect({ whole: whole.bound, two: two.bound }).toEqual({ whole: [], two: [1, 'x'] });
  });
});
