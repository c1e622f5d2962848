import { afterAll, afterEach, beforeEach, expect, TestRunner } from 'vitest';
import { cpuMs } from './cpu-time.ts';
import { limitVariable, testGlobal, testVariable } from './probes.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a file of tests took of a processor: milliseconds. */
    cpuMs?: number;
  }
}

/** So that a probe can say by which test it was passed, in processes that the test starts as well. */
const nameTest = (id?: string) => {
  const name = [expect.getState().testPath ?? '', ...(id === undefined ? [] : [id])].join('\t');
  process.env[testVariable] = name;
  Reflect.set(globalThis, testGlobal, name);
};
nameTest();
beforeEach(({ task }) => nameTest(task.id));
afterEach(() => nameTest());

const before = cpuMs();
const usedMs = () => cpuMs() - before;
const { file } = TestRunner.getCurrentSuite();
afterAll(() => {
  if (file !== undefined) file.meta.cpuMs = usedMs();
});

/** A file that takes more is left out, and need not hold up the others to its end. */
const limitMs = Number(process.env[limitVariable]);
const lookEveryMs = 1_000;
if (limitMs > 0) {
  setInterval(() => {
    if (usedMs() > limitMs) process.kill(process.pid, 'SIGKILL');
  }, lookEveryMs).unref();
}
