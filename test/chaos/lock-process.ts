/** Adds to registers under locks, and now and then stands still for longer than its lease, between its read and its write. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeRandom } from '../../bench/random.ts';
import { makeLocks } from '../../shared/coordination/lock.ts';
import { firstOrders, reportToParent } from './child.ts';
import { openRemoteStore } from './remote-store.ts';
import { setClockWrong } from './wrong-clock.ts';

export interface LockOrders {
  owner: string;
  port: number;
  skewMs: number;
  seed: number;
  /** Of the locks, and of the registers they guard. */
  names: string[];
  leaseMs: number;
  /** Every so many holds the process stands still. */
  standsStillEvery: number;
  standsStillMs: number;
}

const restMs = 30;
const attempts = 8;

const orders = await firstOrders<LockOrders>();
const { owner, port, skewMs, names, leaseMs } = orders;
setClockWrong(skewMs);
const random = makeRandom(orders.seed);
const { coordination } = openRemoteStore(() => port, { owner, pid: process.pid, role: 'locks' }, attempts);
const locks = makeLocks(coordination, { owner });

for (let hold = 1; ; hold += 1) {
  const name = names[Math.floor(random() * names.length)] ?? '';
  const standsStill = hold % orders.standsStillEvery === 0;
  try {
    await locks.with(name, ({ fence }) => increment(name, fence, standsStill), { leaseMs, waitMs: 3_000 });
  } catch (error) {
    // Lost, not free, or no answer: whatever it is, the register must be right.
    reportToParent({ lockFault: error instanceof Error ? error.message : String(error) });
  }
  await sleep(restMs * random());
}

async function increment(name: string, fence: number, standsStill: boolean): Promise<void> {
  const { value } = await coordination.readRegister(name, fence);
  if (standsStill) {
    reportToParent({ stoodStill: name });
    // Heartbeat and all, as a process does that was stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, orders.standsStillMs);
  }
  const isWritten = await coordination.writeRegister(name, Number(value ?? 0) + 1, fence);
  reportToParent({ incremented: isWritten });
}
