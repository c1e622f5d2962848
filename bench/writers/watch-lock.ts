import { StatementSync } from 'node:sqlite';

/** What this process did with SQLite's write lock. */
export interface LockUse {
  transactions: number;
  /** From the lock's grant to its return: by the clock, and the CPU time of it. */
  heldMicros: number;
  heldCpuMicros: number;
  /** Of the transactions. */
  heldMs: { median: number; percentile99: number; most: number };
  /** From asking for the lock to its grant. */
  waitedMs: { total: number; percentile99: number; most: number };
  /** How often the lock was asked for in vain, because another process had it. */
  refusals: number;
}

/**
 * Looks at every transaction of this process from now on, whatever connection it is on: between the end of its BEGIN
 * IMMEDIATE, which waits for the lock, and that of its COMMIT. What writes outside of a transaction is not looked at.
 */
export function watchLock(): { end(): LockUse } {
  const held: number[] = [];
  const waited: number[] = [];
  let cpuMicros = 0;
  let refusals = 0;
  let askedAt: number | undefined;
  let grantedAt = 0;
  let cpuAtGrant = 0;
  const begin = (call: () => void) => {
    askedAt ??= performance.now();
    call();
    grantedAt = performance.now();
    cpuAtGrant = cpuNow();
    waited.push(grantedAt - askedAt);
    askedAt = undefined;
  };
  const commit = (call: () => void) => {
    call();
    cpuMicros += cpuNow() - cpuAtGrant;
    held.push(performance.now() - grantedAt);
  };
  const { run } = StatementSync.prototype;
  StatementSync.prototype.run = new Proxy(run, {
    apply(target, statement: StatementSync, values) {
      let result: unknown;
      const call = () => {
        result = Reflect.apply(target, statement, values);
      };
      try {
        if (statement.sourceSQL === 'BEGIN IMMEDIATE') begin(call);
        else if (statement.sourceSQL === 'COMMIT') commit(call);
        else call();
        return result;
      } catch (error) {
        if ((error as { errcode?: number }).errcode === busyCode) refusals += 1;
        throw error;
      }
    },
  });
  return {
    end() {
      StatementSync.prototype.run = run;
      held.sort((a, b) => a - b);
      waited.sort((a, b) => a - b);
      return {
        transactions: held.length,
        heldMicros: sum(held) * 1_000,
        heldCpuMicros: cpuMicros,
        heldMs: { median: at(held, 0.5), percentile99: at(held, 0.99), most: at(held, 1) },
        waitedMs: { total: sum(waited), percentile99: at(waited, 0.99), most: at(waited, 1) },
        refusals,
      };
    },
  };
}

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const busyCode = 5;

function cpuNow(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function at(sorted: number[], share: number): number {
  return Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
