import { describeCoordination } from '../contracts/coordination-contract.ts';
import { describeFrontier } from '../contracts/frontier-contract.ts';
import { describeLedger } from '../contracts/ledger-contract.ts';
import { describeOutcomes } from '../contracts/outcomes-contract.ts';
import { describeQueue } from '../contracts/queue-contract.ts';
import { makeMemoryLedger } from './memory-ledger.ts';
import { memoryLocks } from './memory-locks.ts';
import { makeMemoryOutcomes } from './memory-outcomes.ts';
import { makeMemoryQueue, viewQueue } from './memory-queue.ts';
import { makeMemoryStore } from './memory-store.ts';

function openClock() {
  let at = 1_700_000_000_000;
  return {
    now: () => at,
    advance(ms: number) {
      at += ms;
    },
    close: async () => undefined,
  };
}

for (const commitTells of ['exact', 'sparing'] as const) {
  describeLedger(`makeMemoryLedger, ${commitTells}`, {
    async open() {
      const clock = openClock();
      return { ...clock, ledger: makeMemoryLedger(makeMemoryStore(), { now: clock.now, commitTells }) };
    },
  });
}

describeFrontier('memoryFrontiers', {
  seesAllHosts: true,
  async open() {
    const { now, close } = openClock();
    return { ledger: makeMemoryLedger(makeMemoryStore(), { now }), close };
  },
});

describeCoordination('memoryLocks', {
  async open() {
    const { now, ...clock } = openClock();
    const store = makeMemoryStore();
    return { ...clock, process: (aheadMs = 0) => memoryLocks(store, { now: () => now() + aheadMs }) };
  },
});

describeQueue('viewQueue', {
  visibilityMs: 1_000,
  async open() {
    const clock = openClock();
    const queue = makeMemoryQueue();
    const openAs = (owner: string) => viewQueue(queue, { owner, visibilityMs: 1_000, now: clock.now });
    return { ...clock, queue: openAs('me'), openAs };
  },
});

describeOutcomes('makeMemoryOutcomes', {
  open: async () => ({ outcomes: makeMemoryOutcomes(new Map()), close: async () => undefined }),
});
