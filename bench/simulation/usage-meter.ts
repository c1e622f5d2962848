import { type Usage, type UsageName, usageNames } from '../../shared/cost/cost.ts';

export interface HottestKey {
  key: string;
  writesPerSecond: number;
  /** Seconds since the start. */
  atSecond: number;
}

/** Adds up what is billed, and finds the key that is written most often within one second. */
export interface UsageMeter {
  usage: Required<Usage>;
  /** Things that are not billed but worth knowing. */
  events: Record<string, number>;
  add(name: UsageName, amount: number): void;
  count(event: string, amount?: number): void;
  /** One write of a key that several batches share. */
  wrote(key: string): void;
  /** By kind of key, the part before `#`. */
  hottest(): Record<string, HottestKey>;
}

export function makeUsageMeter(now: () => number): UsageMeter {
  const startedAt = now();
  const usage = Object.fromEntries(usageNames.map((name) => [name, 0])) as Required<Usage>;
  const events: Record<string, number> = {};
  const hottest: Record<string, HottestKey> = {};
  const writes = new Map<string, number>();
  let second = 0;

  const closeSecond = () => {
    for (const [key, writesPerSecond] of writes) {
      const kind = key.split('#')[0] ?? key;
      if (writesPerSecond > (hottest[kind]?.writesPerSecond ?? 0))
        hottest[kind] = { key, writesPerSecond, atSecond: second };
    }
    writes.clear();
  };
  return {
    usage,
    events,
    add(name, amount) {
      usage[name] += amount;
    },
    count(event, amount = 1) {
      events[event] = (events[event] ?? 0) + amount;
    },
    wrote(key) {
      const current = Math.floor((now() - startedAt) / 1_000);
      if (current !== second) {
        closeSecond();
        second = current;
      }
      writes.set(key, (writes.get(key) ?? 0) + 1);
    },
    hottest() {
      closeSecond();
      return hottest;
    },
  };
}
