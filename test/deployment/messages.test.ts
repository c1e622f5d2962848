import { describe, expect, it } from 'vitest';
import { readTask, runTaskVersion, writeTask } from '../../shared/deployment/messages.ts';

const newer = { v: runTaskVersion + 1, task: 'finish', run: 'r', part: 3 };

describe('readTask', () => {
  it('reads what was written', () => {
    const task = { task: 'finish', run: 'r' } as const;
    expect(readTask(writeTask(task))).toEqual({ state: 'task', task });
  });

  it('takes a message of the first deployments for a run to be finished', () => {
    expect(readTask('{"run":"r"}')).toEqual({ state: 'task', task: { task: 'finish', run: 'r' } });
  });

  it('is read by the first deployments, which know a run alone', () => {
    expect(JSON.parse(writeTask({ task: 'finish', run: 'r' })).run).toBe('r');
  });

  it.each([
    ['of a newer version', newer],
    ['that it does not know', { v: runTaskVersion, task: 'toString', run: 'r' }],
  ])('hands on a task %s, with all that is in it', (_, message) => {
    const read = readTask(JSON.stringify(message));
    expect(read.state === 'later' && JSON.parse(read.body)).toEqual({ ...message, handedOn: 1 });
  });

  it('hands on for a day, at most', () => {
    let body = JSON.stringify(newer);
    let times = 0;
    for (let read = readTask(body); read.state === 'later'; read = readTask(body)) {
      ({ body } = read);
      times += 1;
    }
    expect(times).toBe(96);
    expect(readTask(body)).toEqual({ state: 'unreadable' });
  });

  it.each(['', 'null', '[]', '{}', '{"run":1}', '{"run":"r","v":"2"}'])('calls %j unreadable', (body) => {
    expect(readTask(body)).toEqual({ state: 'unreadable' });
  });
});
