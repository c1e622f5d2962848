import type {
  Commit,
  Draw,
  DrawRequest,
  FrontierEntry,
  LeaseAnswer,
  OutgoingBatch,
  QuotaRequest,
} from '../../shared/coordination/ports.ts';
import type { Reason } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/model.ts';
import { type MemoryStore, sumOf } from './memory-store.ts';
import { type FrontierMemory, makeFrontierMemory, sawDraw, sawPut } from './watch-frontiers.ts';

/**
 * Looks at each effect on the store in the order in which they happen, and remembers on its own: what the
 * store keeps may be wrong.
 */
export interface Watch {
  saw(call: string, values: unknown[], answer: unknown): void;
  /** How many batches are open, by what was seen. */
  openOf(run: string): number;
  /** What waited, and what was drawn, by what was seen. */
  frontiersOf(run: string): FrontierMemory;
  /** How many messages were handed on to a newer process. */
  handedOn(): number;
  violations: string[];
}

interface RunMemory {
  open: number;
  /** Batches that were sent. */
  sent: Set<string>;
  done: Set<string>;
  owners: Map<string, string>;
  reserved: Record<string, number>;
  reservedBy: Map<string, number>;
  frontiers: FrontierMemory;
}

export function makeWatch(store: MemoryStore): Watch {
  const violations: string[] = [];
  const runs = new Map<string, RunMemory>();
  const fences = new Map<string, number>();
  const outcomes = new Map<string, string>();
  const violate = (text: string) => violations.push(text);
  const memoryOf = (run: string): RunMemory => {
    let memory = runs.get(run);
    if (memory === undefined) {
      memory = {
        open: 1,
        sent: new Set(),
        done: new Set(),
        owners: new Map(),
        reserved: {},
        reservedBy: new Map(),
        frontiers: makeFrontierMemory(),
      };
      runs.set(run, memory);
    }
    return memory;
  };
  let handedOn = 0;
  const context: WatchContext = { store, fences, outcomes, violate, memoryOf };
  return {
    violations,
    openOf: (run) => memoryOf(run).open,
    frontiersOf: (run) => memoryOf(run).frontiers,
    handedOn: () => handedOn,
    saw(call, values, answer) {
      if (call === 'queue.send') {
        handedOn += (values[0] as OutgoingBatch[]).filter(({ batch }) => batch.handedOn !== undefined).length;
      }
      watchers[call]?.(context, values, answer);
    },
  };
}

interface WatchContext {
  store: MemoryStore;
  /** The largest that was given, by `run batch`. */
  fences: Map<string, number>;
  outcomes: Map<string, string>;
  violate(text: string): void;
  memoryOf(run: string): RunMemory;
}

type Watcher = (context: WatchContext, values: unknown[], answer: unknown) => void;

const watchers: Record<string, Watcher> = {
  'ledger.lease': sawLease,
  'ledger.commit': sawCommit,
  'ledger.admit': sawAdmit,
  'ledger.reserve': sawReserve,
  'ledger.reserveQuotas': sawReserveQuotas,
  'ledger.moveRun': sawMove,
  'ledger.putInFrontier': ({ memoryOf }, values) => {
    const [run, batch, entries] = values as [string, string, FrontierEntry[]];
    sawPut(memoryOf(run).frontiers, batch, entries);
  },
  'ledger.drawFromFrontier': ({ memoryOf, violate }, [value], answer) => {
    if (answer === undefined) return;
    const request = value as DrawRequest;
    for (const line of sawDraw(memoryOf(request.run).frontiers, request, answer as Draw)) violate(line);
  },
  'queue.send': sawSend,
  'outcomes.write': (context, _, answer) => sawOutcome(context, answer as Outcome),
  'outcomes.read': (context, _, answer) => {
    if (answer !== undefined) sawOutcome(context, answer as Outcome);
  },
};

function sawLease({ fences, violate, memoryOf }: WatchContext, [claim]: unknown[], answer: unknown): void {
  const { run, batch } = claim as { run: string; batch: string };
  const given = answer as LeaseAnswer;
  if (memoryOf(run).done.has(batch) !== (given.state === 'done')) {
    violate(
      `lease: batch ${batch} is ${given.state}, though it was ${given.state === 'done' ? 'not ' : ''}done`,
    );
  }
  if (given.state !== 'mine') return;
  const key = `${run} ${batch}`;
  const before = fences.get(key) ?? 0;
  if (given.fence <= before) violate(`fence: ${given.fence} was given after ${before}, batch ${batch}`);
  fences.set(key, given.fence);
}

function sawCommit(context: WatchContext, [value]: unknown[], answer: unknown): void {
  const { fences, violate, memoryOf, store } = context;
  const { run, batch, fence, open } = value as Commit;
  const { state } = answer as { state: string };
  if (state !== 'done') return;
  const memory = memoryOf(run);
  const largest = fences.get(`${run} ${batch}`);
  if (fence !== largest)
    violate(`fence: batch ${batch} was committed with ${fence}, and ${largest} was given`);
  if (memory.done.has(batch)) violate(`commit: batch ${batch} was committed twice`);
  memory.done.add(batch);
  memory.open += Object.values(open.added).reduce((sum, added) => sum + added, 0) - 1;
  const stored = sumOf(store.counts.get(run) ?? [])['open'];
  if (stored !== memory.open) violate(`open: the store says ${stored}, and ${memory.open} are open`);
  if (memory.open <= 0) checkEnd(context, run);
}

/** `open` is 0: nothing that was sent may be without its commit. */
function checkEnd({ violate, memoryOf }: WatchContext, run: string): void {
  const { open, sent, done } = memoryOf(run);
  const undone = [...sent].filter((batch) => !done.has(batch));
  if (open < 0 || undone.length > 0) {
    violate(`open: it is ${open}, and ${undone.length} batches that were sent are not committed (${run})`);
  }
}

function sawSend({ memoryOf, violate }: WatchContext, [messages]: unknown[]): void {
  for (const { batch } of messages as OutgoingBatch[]) {
    const memory = memoryOf(batch.run);
    if (memory.open <= 0 && !memory.sent.has(batch.id)) violate(`open: it was 0 when ${batch.id} was sent`);
    memory.sent.add(batch.id);
  }
}

function sawAdmit({ memoryOf, violate }: WatchContext, values: unknown[], answer: unknown): void {
  const [run, , keys] = values as [string, string, string[]];
  const { owners } = memoryOf(run);
  const owned = answer as string[];
  for (const [index, key] of keys.entries()) {
    const owner = owned[index] ?? '';
    const before = owners.get(key) ?? owner;
    if (owner !== before) violate(`admit: ${key} is ${owner}'s, and was ${before}'s`);
    owners.set(key, before);
  }
}

function sawReserve({ memoryOf, violate }: WatchContext, values: unknown[], answer: unknown): void {
  const [run, batch, what, , limit] = values as [string, string, string, number, number];
  const granted = answer as number;
  const { reserved, reservedBy } = memoryOf(run);
  const key = `${what} ${batch}`;
  const before = reservedBy.get(key);
  // Of items more may be granted when the pages are visited again.
  const isSame = what === 'items' ? granted >= (before ?? 0) : granted === (before ?? granted);
  if (!isSame) violate(`reserve: ${key} got ${granted}, and ${before} before`);
  reservedBy.set(key, granted);
  reserved[what] = (reserved[what] ?? 0) + granted - (before ?? 0);
  if (reserved[what] > limit) violate(`reserve: ${reserved[what]} ${what} of ${limit}`);
}

function sawReserveQuotas(context: WatchContext, values: unknown[], answer: unknown): void {
  const [run, batch, requests] = values as [string, string, QuotaRequest[]];
  const granted = answer as number[];
  const { reserved, reservedBy } = context.memoryOf(run);
  for (const [index, { name, limit, grant = name }] of requests.entries()) {
    const got = granted[index] ?? 0;
    const key = `${grant} ${batch}`;
    const before = reservedBy.get(key);
    if (got !== (before ?? got)) context.violate(`quota: ${key} got ${got}, and ${before} before`);
    reservedBy.set(key, got);
    reserved[name] = (reserved[name] ?? 0) + got - (before ?? 0);
    if (reserved[name] > limit) context.violate(`quota: ${reserved[name]} of ${name} of ${limit}`);
  }
}

function sawMove({ memoryOf, violate }: WatchContext, values: unknown[], answer: unknown): void {
  const [run, , to, reason] = values as [string, string[], string, Reason?];
  if (reason?.code === 'NO_PROGRESS') violate(`pause: ${reason.message}`);
  if (to !== 'finished' || answer !== true) return;
  const { open } = memoryOf(run);
  if (open !== 0) violate(`finish: ${run} was ended with ${open} open`);
}

/** Of one batch, every answer is the same. */
function sawOutcome({ outcomes, violate }: WatchContext, outcome: Outcome): void {
  const key = `${outcome.run} ${outcome.batch}`;
  const text = JSON.stringify(outcome);
  const before = outcomes.get(key) ?? text;
  if (text !== before) violate(`outcome: that of ${key} has changed`);
  outcomes.set(key, before);
}
