import { randomUUID } from 'node:crypto';
import type { Ledger, LockAnswer } from '../../coordination/ports.ts';
import { number, numberOf, text, textOf } from './attributes.ts';
import { keys, longExpiry, type Table } from './table.ts';
import { type Written, write } from './write.ts';

type LockPorts = Pick<Ledger, 'acquireLock' | 'renewLock' | 'releaseLock'>;

const isFree = 'attribute_not_exists(#owner)';
const leaseEnded = '#until <= :now';
const isOwner = '#owner = :owner';
const fenceIsCurrent = '#fence = :fence';

/** `LOCK#name`: owner, fence, until; `claim` tells an acquirer whose answer was lost that it succeeded. */
export function lockRecords(table: Table): LockPorts {
  return {
    async acquireLock(name, owner, leaseMs) {
      const at = table.now();
      const until = at + leaseMs;
      const claim = randomUUID();
      const written = await write(table, {
        pk: keys.lock(name),
        set: { owner: text(owner), until: number(until), claim: text(claim), ...longExpiry(table) },
        add: { fence: 1 },
        onlyIf: [`${isFree} OR ${leaseEnded}`],
        values: { ':now': number(at) },
      });
      return toAnswer(written, claim, until);
    },

    async renewLock(name, owner, fence, leaseMs) {
      const { ok } = await write(table, {
        pk: keys.lock(name),
        set: { until: number(table.now() + leaseMs), ...longExpiry(table) },
        onlyIf: [isOwner, fenceIsCurrent],
        values: { ':owner': text(owner), ':fence': number(fence) },
      });
      return ok;
    },

    async releaseLock(name, owner, fence) {
      await write(table, {
        pk: keys.lock(name),
        set: longExpiry(table),
        remove: ['owner', 'until', 'claim'],
        onlyIf: [isOwner, fenceIsCurrent],
        values: { ':owner': text(owner), ':fence': number(fence) },
      });
    },
  };
}

function toAnswer(written: Written, claim: string, until: number): LockAnswer {
  if (written.ok) return { state: 'mine', fence: numberOf(written.item, 'fence') ?? 0, until };
  const { old } = written;
  if (textOf(old, 'claim') === claim) return { state: 'mine', fence: numberOf(old, 'fence') ?? 0, until };
  return { state: 'held', owner: textOf(old, 'owner') ?? '', until: numberOf(old, 'until') ?? 0 };
}
