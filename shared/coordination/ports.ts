import type { Reason } from '../errors.ts';
import type { Batch, Counts, Json, Outcome, RobotsRecord, Run, RunState, Slots } from '../model.ts';

/**
 * The three ports of the engine. Each has an adapter for this machine and one for AWS; one contract
 * suite per port (test/contracts/) runs against all of them. Times are epoch milliseconds.
 */
export interface Ledger extends LockStore {
  /** Creates the run with `open: 1` (its seed batch). Repeating it changes nothing. */
  createRun(run: Run): Promise<'created' | 'exists'>;
  readRun(id: string, freshness?: Freshness): Promise<Run | undefined>;
  /** Newest first, at most `limit`; default all. */
  listRuns(limit?: number): Promise<Run[]>;
  /** Moves the run to `to` if its state is one of `from`. `reason`: why, if nobody asked for it. */
  moveRun(id: string, from: RunState[], to: RunState, reason?: Reason): Promise<boolean>;
  /** `open` is 0 when the run is over, and never before; while it goes on, the counts may be of moments close together. */
  readCounts(run: string, freshness?: Freshness): Promise<Counts>;

  /**
   * The exclusive right to work on a batch until a deadline. Taking over from a holder that let its deadline pass
   * and has neither released nor committed counts that holder as dead: with the batch, and in the run's count `crashes`.
   */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /** Gives the lease back early and keeps the fence, so that a batch sent again is not `held` by its past. */
  releaseLease(lease: { run: string; batch: string; fence: number }): Promise<void>;
  /** Extends the leases that `owner`, who works in this process, still holds. */
  renewLeases(owner: string, leaseMs: number): Promise<void>;

  /**
   * For each key, the batch that admits it: this one if the key is new, and for ever after. Owners
   * rather than yes or no, because what a process remembers of the answer must also hold for the
   * owner itself, when it is repeated there after a crash elsewhere.
   */
  admit(run: string, batch: string, keys: string[]): Promise<string[]>;
  /**
   * For each key, who claims it under `scope`: `owner` if the key is new there, and for ever after (on AWS,
   * for a year since it was claimed). Unlike `admit` it holds beyond the run.
   */
  claim(scope: string, owner: string, keys: string[]): Promise<string[]>;
  /** Who has claimed each key under `scope`, if anybody; the answer may be a moment old. */
  claimants(scope: string, keys: string[]): Promise<(string | undefined)[]>;
  /**
   * Takes up to `wanted` out of `limit` of the run's budget `what`, once per batch: repeated for
   * pages, it returns the first answer, since children are a function of it; for items and money, which may be
   * more when pages are visited again, it takes what is missing. The sum over all batches never exceeds
   * `limit`. A negative `wanted` gives back.
   */
  reserve(run: string, batch: string, what: Budget, wanted: number, limit: number): Promise<number>;

  /** Batch → done and counts added, in one transaction. Refused when done already or the fence is old. */
  commit(commit: Commit): Promise<CommitAnswer>;
  /** Remembers that the children were sent, so that a redelivered batch does not send them again. */
  markForwarded(run: string, batch: string): Promise<void>;
  /** How each of these batches stands, in their order. Changes nothing, and takes no lease. */
  readBatches(run: string, batches: string[]): Promise<BatchState[]>;
  /** For each key, the batch that admitted it; none if nobody did, or if it was deleted since. Changes nothing. */
  readOwners(run: string, keys: string[]): Promise<(string | undefined)[]>;

  readHost(host: string): Promise<HostRecord>;
  /**
   * Reserves the next `count` turns on the host's clock, shared by every run and process on this
   * store. Turns that would begin later than `horizonMs` from now are not reserved: a run that is
   * cancelled must not keep a host busy for hours.
   */
  reserveSlots(request: SlotRequest): Promise<SlotAnswer>;
  /**
   * Gives turns back that were reserved and will not be used, so that a run that was stopped and goes on need not
   * wait for them. Only where no message can be delivered twice: who else has the same turns would use them.
   * @default they go by unused
   */
  returnSlots?(turns: SlotReturn): Promise<void>;
  /** No request to the host before `until`. Never moves the clock back. */
  delayHost(host: string, until: number): Promise<void>;
  updateHost(host: string, facts: Partial<Pick<HostRecord, 'robots' | 'learnedGapMs'>>): Promise<void>;
}

/** `microUsd`: millionths of a US dollar. */
export type Budget = 'pages' | 'items' | 'microUsd';

/** How old an answer may be where reading anew would be dear; default 0. The caller's own changes are always in it. */
export interface Freshness {
  maxAgeMs?: number;
}

export interface LeaseRequest {
  run: string;
  batch: string;
  owner: string;
  leaseMs: number;
  /** Names this attempt and no other: asked again with it, as after a lost answer, the lease is the same. @default a new one */
  token?: string;
  /** The token of an earlier attempt, whose process lives and works on it no more: it is free, and nobody has died. */
  gaveUp?: string;
}

/** `crashes`: how often a holder of the batch has died so far. */
export type LeaseAnswer =
  | { state: 'mine'; fence: number; until: number; crashes: number }
  | { state: 'held'; until: number }
  | { state: 'done'; forwarded: boolean };

export interface Commit {
  run: string;
  batch: string;
  fence: number;
  /** Added to the run's counts. */
  counts: Counts;
  /** The batch is counted as open no more, its children are. */
  open: OpenChange;
}

/** What the ledger knows of a batch. */
export interface BatchState {
  isDone: boolean;
  /** Epoch ms until which somebody may be working on it; 0 if nobody holds it. */
  heldUntil: number;
  /** As many as its commit counted as open; none where the store did not keep the number. */
  children?: number;
  /** What it was granted of `maxPages`, if it asked. */
  pagesGranted?: number;
}

/**
 * One is taken from the counter `shard` of open batches, or, should that be at 0, from another that is not: no counter
 * falls below 0, and all are 0 when the run is over. `added` says how many children come to which counter.
 */
export interface OpenChange {
  shard: number;
  added: Record<number, number>;
}

/**
 * `open`: 0 when the run is over, more when it is not, if the store knows it cheaply; a store that
 * spreads its counters may know no more than its sign. `undefined`: read the counts to know.
 */
export type CommitAnswer = { state: 'done' | 'already' | 'stale'; open?: number };

export interface SlotRequest {
  host: string;
  count: number;
  /** At least this long between the starts of two requests. */
  gapMs: number;
  /** How late a request may start within its turn; turns are `gapMs + slackMs` apart. */
  slackMs: number;
  horizonMs: number;
  /** Says who asks, to be given a place in the host's line when its turns are too far ahead to be reserved. */
  line?: { run: string; place?: number };
}

/** Turns as they were reserved, with their gap; those from number `used` (from 0) on are given back. */
export interface SlotReturn extends Slots {
  host: string;
  gapMs: number;
  used: number;
}

/**
 * `until`: when the turns would begin; for those who stand in line, after the turns of those before
 * them. A place is a forecast, not a promise: nothing is reserved by it.
 */
export type SlotAnswer = { state: 'mine'; slots: Slots } | { state: 'busy'; until: number };

export interface HostRecord {
  /** Epoch ms before which no request may start (429, 503, Retry-After). */
  delayedUntil?: number;
  /** Gap learned from the host's slowness; the larger of it and the job's holds. */
  learnedGapMs?: number;
  robots?: RobotsRecord;
}

/** Locks by name; `lock.ts` is what to use them by. */
export interface LockStore {
  /**
   * How often (ms) those who wait may look, for a look costs more here than there: who is next in line, each
   * behind it so much less often than the one before, and the others. @default { next: 5, others: 50 }
   */
  lookMs?: { next: number; others: number };
  /**
   * Takes the lock, or one of its permits, until a deadline. Repeated with the same token, as after a
   * lost answer, it is granted anew, with a larger fence. A lease that has ended is another's only
   * `lockSkewMs` later, since deadlines compare the clocks of two machines.
   */
  acquireLock(request: LockRequest): Promise<LockAnswer>;
  /** False if the token does not hold it: it may after its deadline, if no other was granted. Never brings the deadline forward. */
  renewLock(name: string, token: string, leaseMs: number): Promise<boolean>;
  /** Releases the token, its place in the line included, and keeps the fence; may be repeated. False if its lease had ended and another was granted. */
  releaseLock(name: string, token: string): Promise<boolean>;
}

export interface LockRequest {
  name: string;
  /** Names this acquisition and no other. */
  token: string;
  leaseMs: number;
  /** How many may hold it at once. @default 1 */
  permits?: number;
  /** If it is held: stand in line, and lose the place if not asking again for so long. @default not */
  lineMs?: number;
  /** It was held when asked for before, and most likely still is: a store may look first, if that is cheaper. */
  isWaiting?: boolean;
  /** Nobody carries its fence, so that it need not grow for ever: a lock not used for long may be deleted. */
  isForgettable?: true;
}

/**
 * `held`: by whom, and when the first of their leases ends. What is free, but for those who came
 * before, is held by the first of them. `place`: of the asker in line, 0 the first; none if it has none.
 */
export type LockAnswer =
  | { state: 'mine'; fence: number; until: number }
  | { state: 'held'; by: string; until: number; place?: number };

/** Sums by name, exact whatever is repeated. */
export interface CounterStore {
  addToCounter(name: string, amount: number): Promise<void>;
  /** All that was added before the call, and maybe some of what is added meanwhile. */
  readCounter(name: string): Promise<number>;
}

/** Values by name, each with the largest fence that wrote it. */
export interface RegisterStore {
  /** With a fence: from now on nobody with a smaller one can write; who reads to write must say so already then. */
  readRegister(name: string, fence?: number): Promise<{ value: Json | undefined; fence: number }>;
  /** False if a larger fence has written. Without a fence it is written whatever is there, and the fence stays. */
  writeRegister(name: string, value: Json, fence?: number): Promise<boolean>;
}

/** What programs other than the engine coordinate by. */
export type CoordinationStore = LockStore & CounterStore & RegisterStore;

/** At-least-once delivery with delay and visibility. */
export interface BatchQueue {
  send(messages: OutgoingBatch[]): Promise<void>;
  /** Up to `max` batches that are due; each stays invisible until acknowledged or its visibility ends. */
  receive(options: { runs?: string[]; max: number }): Promise<Delivery[]>;
  acknowledge(deliveries: Delivery[]): Promise<void>;
  /** Keeps what this process received invisible for `forMs` from now. @default the queue's own visibility */
  extend(deliveries: Delivery[], forMs?: number): Promise<void>;
}

/** What only a store whose messages one process can look through can tell. */
export interface QueueDepth {
  /**
   * Messages not yet acknowledged; how many of them are due now, and how many a process has received and holds.
   * `nextHost`: of the one that is visible next, if it touches a host.
   */
  depth(
    run: string,
  ): Promise<{ waiting: number; due: number; underWay: number; nextDueAt?: number; nextHost?: string }>;
}

/** What a parent does for a worker process that it saw end, rather than wait for the leases to run out. */
export interface OwnerRelease {
  /**
   * Ends every lease, and makes every message visible, that an owner had. `crashed`: it died by itself, which
   * counts as a crash of each batch that it held; `stopped`: it was asked to.
   */
  releaseOwner(owner: string, end: OwnerEnd): Promise<void>;
}

export type OwnerEnd = 'crashed' | 'stopped';

export interface OutgoingBatch {
  batch: Batch;
  /** Epoch ms; default at once. */
  notBefore?: number;
}

export interface Delivery {
  batch: Batch;
  receipt: string;
  /**
   * How often this message was received, this time included. More than once says little: the function may have been
   * throttled, and nobody has seen it. Whose process died, the ledger knows.
   */
  receives: number;
}

/** Write-once objects. */
export interface Outcomes {
  /** Writes unless one is there; returns the one that is there in the end, which may be another's. */
  write(outcome: Outcome): Promise<Outcome>;
  read(run: string, batch: string): Promise<Outcome | undefined>;
  /** Every outcome of the run, streamed, in a stable order. */
  list(run: string): AsyncIterable<Outcome>;
  /** Ids of batches that have an outcome, sorted, those after `after` alone; fewer than `limit` only at the end. */
  listBatches(run: string, page: { after?: string; limit: number }): Promise<string[]>;
}
