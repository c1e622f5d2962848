import { expect } from 'vitest';
import { limitVariable, testVariable } from './probes.ts';

/** So that a probe can say by which test it was passed, in processes that the test starts as well. */
process.env[testVariable] = expect.getState().testPath ?? '';

/** A file that takes longer is left out, and need not hold up the others to its end. */
const limitMs = Number(process.env[limitVariable]);
if (limitMs > 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), limitMs).unref();
