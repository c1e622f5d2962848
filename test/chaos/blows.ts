import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseAnswer, LeaseRequest } from '../../shared/coordination/ports.ts';
import type { FaultCounts } from './faults.ts';
import type { Blow } from './plan.ts';
import type { Answer, Call } from './wire.ts';

/** Strikes a worker at its call. */
export interface Blows {
  /** The answer it gets, if it lives to get one. */
  strike(call: Call, blow: Blow): Promise<Answer | undefined>;
  /** Called for every call that arrived, to know when a batch has got a new holder. */
  heard(call: Call, answer: Answer): void;
}

export interface BlowOptions {
  /** `undefined`: the store was not there to hear it. */
  forward(call: Call): Promise<Answer | undefined>;
  counts: FaultCounts;
  signal(pid: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

/** Somebody else should have the batch by then. */
const outlivedMs = 8_000;

export function makeBlows({ forward, counts, signal }: BlowOptions): Blows {
  const waiting = new Map<string, () => void>();
  const untilOutlived = async (call: Call) => {
    const next = new Promise<void>((resolve) => waiting.set(batchOf(call), resolve));
    await Promise.race([next, sleep(outlivedMs)]);
    waiting.delete(batchOf(call));
  };

  return {
    async strike(call, { phase }) {
      const { pid } = call.caller;
      counts.add(`blow ${phase}`);
      if (phase === 'after') await forward(call);
      signal(pid, phase === 'frozen' ? 'SIGSTOP' : 'SIGKILL');
      if (phase === 'before' || phase === 'after') return undefined;
      await untilOutlived(call);
      const answer = await forward(call);
      if (phase === 'late') return undefined;
      signal(pid, 'SIGCONT');
      return answer;
    },

    heard(call, { value }) {
      const isLease = call.method === 'ledger.lease' && (value as LeaseAnswer | undefined)?.state === 'mine';
      if (isLease) waiting.get(batchOf(call))?.();
    },
  };
}

function batchOf({ args }: Call): string {
  const { run, batch } = args[0] as LeaseRequest;
  return `${run} ${batch}`;
}
