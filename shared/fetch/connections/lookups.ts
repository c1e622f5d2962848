import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setNewest } from './set-newest.ts';

/** Look-ups whose answers are kept for a while. */
export interface Lookups {
  lookup: LookupFunction;
  /** To be called when no address of the host can be connected to: it may have moved. */
  forget(host: string): void;
}

/** The system's resolver does not say how long an answer holds; few sites let theirs hold for less. */
const keepMs = 30_000;
const keepFailureMs = 5_000;
const maxNames = 10_000;

type Answer = [error: NodeJS.ErrnoException | null, addresses: LookupAddress[]];

interface Entry {
  /** Without an answer yet: when it was asked. */
  since: number;
  answer?: Answer;
  waiting: ((answer: Answer) => void)[];
}

/**
 * Asks `resolve` once for a name that several connections want, and keeps its answer for 30 s, a failure for 5 s. All
 * callers want addresses of the same families. Whoever must not reach every address checks what this returns each time.
 * `now` is monotonic, in ms.
 */
export function keepLookups(now: () => number, resolve: LookupFunction = lookup): Lookups {
  /** By host, in the order in which they were asked. */
  const entries = new Map<string, Entry>();

  const ask = (host: string, options: LookupOptions): Entry => {
    const entry: Entry = { since: now(), waiting: [] };
    setNewest(entries, host, entry, maxNames);
    resolve(host, { ...options, all: true }, (error, found) => {
      entry.answer = [error, Array.isArray(found) ? found : []];
      entry.since = now();
      for (const respond of entry.waiting.splice(0)) respond(entry.answer);
    });
    return entry;
  };

  return {
    lookup(host, options, callback) {
      const known = entries.get(host);
      const entry = known !== undefined && isFresh(known, now()) ? known : ask(host, options);
      const respond = ([error, addresses]: Answer): void => {
        const [first] = addresses;
        if (error !== null || options.all === true || first === undefined) callback(error, addresses);
        else callback(null, first.address, first.family);
      };
      if (entry.answer === undefined) entry.waiting.push(respond);
      else respond(entry.answer);
    },
    forget(host) {
      if (entries.get(host)?.answer?.[0] === null) entries.delete(host);
    },
  };
}

/** A question that has had no answer for as long as one holds is asked again. */
function isFresh({ since, answer }: Entry, now: number): boolean {
  return now - since < (answer === undefined || answer[0] === null ? keepMs : keepFailureMs);
}
