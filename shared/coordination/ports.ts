import type { Reason } from '../errors.ts';
import type {
  Batch,
  Counts,
  Json,
  Outcome,
  PageRecord,
  PageRequest,
  RobotsRecord,
  Run,
  RunState,
  Slots,
} from '../model.ts';

/**
 * The three ports of the engine. Each has an adapter for this machine and one for AWS; one contract
 * suite per port (test/contracts/) runs against all of them. Times are epoch milliseconds.
 */
export interface Ledger extends LockStore, SessionStore, PageStore, Partial<FrontierStore> {
  /** Creates the run with `open: 1` (its seed batch). A repeated call changes nothing. */
  createRun(run: Run): Promise<'created' | 'exists'>;
  readRun(id: string, freshness?: Freshness): Promise<Run | undefined>;
  /** Newest first, at most `limit`; default all. */
  listRuns(limit?: number): Promise<Run[]>;
  /** Moves the run to `to` if its state is one of `from`. `reason`: why, if no user asked for it. */
  moveRun(id: string, from: RunState[], to: RunState, reason?: Reason): Promise<boolean>;
  /**
   * `open` is 0 if and only if the run is over. While a run goes on, its counts may be of slightly different
   * moments.
   */
  readCounts(run: string, freshness?: Freshness): Promise<Counts>;

  /**
   * Grants the exclusive right to work on a batch until a deadline. If the holder before let its deadline pass and
   * has neither released nor committed, it is counted as dead: with the batch, and in the run's count `crashes`.
   */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /**
   * Ends the lease early and keeps the fence, so that a batch that is sent again is not `held` by its own earlier
   * delivery.
   */
  releaseLease(lease: { run: string; batch: string; fence: number }): Promise<void>;
  /** Extends the leases that `owner`, a worker in this process, still holds. */
  renewLeases(owner: string, leaseMs: number): Promise<void>;

  /**
   * For each key, the batch that admits it: this one if the key is new, and that for ever. Owners are returned
   * rather than yes or no, since a process caches the answer, which must also be right for the owner itself when
   * it is repeated in that process after a crash elsewhere.
   */
  admit(run: string, batch: string, urls: UrlKey[]): Promise<string[]>;
  /**
   * For each key, who claims it under `scope`: `owner` if the key is new there, and that for ever (on AWS, for a
   * year since it was claimed). Unlike an admission, a claim outlives the run.
   */
  claim(scope: string, owner: string, keys: string[]): Promise<string[]>;
  /** Who has claimed each key under `scope`, if anybody. The answer may be slightly stale. */
  claimants(scope: string, keys: string[]): Promise<(string | undefined)[]>;
  /**
   * Takes up to `wanted` out of `limit` of the run's budget `what`, once per batch. Repeated for pages it returns
   * the first answer, since children are a function of it; repeated for items and money, which may be more when
   * pages are visited again, it takes what is missing. The sum over all batches never exceeds `limit`. A negative
   * `wanted` returns that much to the budget.
   */
  reserve(run: string, batch: string, what: Budget, wanted: number, limit: number): Promise<number>;
  /**
   * Reserves budgets by name, such as one for each host of a run: what is granted of each, in their order, once per
   * batch and name. Repeated it returns the first answers. They are not among the run's counts, which many thousands of
   * them would make too large.
   */
  reserveQuotas(run: string, batch: string, requests: QuotaRequest[]): Promise<number[]>;
  /** What is used of each quota of the run, in their order. */
  readQuotas(run: string, names: string[]): Promise<number[]>;

  /**
   * Marks the batch as done and adds its counts, in one transaction. Refused when it is done already, or the fence
   * is old.
   */
  commit(commit: Commit): Promise<CommitAnswer>;
  /** Records that the children were sent, so that a redelivered batch does not send them again. */
  markForwarded(run: string, batch: string): Promise<void>;
  /** The state of each of these batches, in their order. Changes nothing and takes no lease. */
  readBatches(run: string, batches: string[]): Promise<BatchState[]>;
  /**
   * For each key, the batch that admitted it; `undefined` if none did, or if the record was deleted since. Changes
   * nothing.
   */
  readOwners(run: string, urls: UrlKey[]): Promise<(string | undefined)[]>;

  readHost(host: string): Promise<HostRecord>;
  /**
   * Reserves the next `count` turns on the host's clock, shared by every run and process on this
   * store. Turns that would begin later than `horizonMs` from now are not reserved: a run that is
   * cancelled must not keep a host busy for hours.
   */
  reserveSlots(request: SlotRequest): Promise<SlotAnswer>;
  /**
   * Returns turns that were reserved and will not be used, so that a run that was stopped need not wait for them
   * when it goes on. Only for a store that never delivers a message twice: another holder of the same turns would
   * use them. @default the turns stay unused
   */
  returnSlots?(turns: SlotReturn): Promise<void>;
  /** No request to the host before `until`. Never moves the clock back. */
  delayHost(host: string, until: number): Promise<void>;
  updateHost(
    host: string,
    facts: Partial<Pick<HostRecord, 'robots' | 'learnedGapMs' | 'breaker' | 'distrustedBy'>>,
  ): Promise<void>;
}

/** What jobs know of their pages beyond runs. Records belong to a job, by its name; no end of a run deletes them. */
export interface PageStore {
  /** Those of these keys, in their order. An answer may be slightly stale. */
  readPages(job: string, keys: string[]): Promise<(PageRecord | undefined)[]>;
  /**
   * Each replaces the one with its key, unless that is of a later answer, or of the same: so a repeated call changes nothing, and
   * of two runs at once the later answer stays.
   */
  writePages(job: string, records: PageRecord[]): Promise<void>;
  /**
   * Those of the job that are not gone, in an order that stays, at most `limit`, beginning behind `after`; fewer are no sign of the
   * end, which `next` says by being absent.
   */
  listPages(
    job: string,
    page: { after?: string | undefined; limit: number },
  ): Promise<{ pages: Pick<PageRecord, 'key' | 'group'>[]; next?: string }>;
}

/**
 * Pages that wait to be fetched, of jobs that fetch the best first (docs/decisions/order-of-pages.md): a frontier for each host of a
 * run. Better is what has the higher priority, of those what has the smaller depth, of those what was put first.
 */
export interface FrontierStore {
  /** Adds the entries, in their order and once per batch: a repeated call changes nothing. The batch is or was leased. */
  putInFrontier(run: string, batch: string, entries: FrontierEntry[]): Promise<void>;
  /**
   * Takes `count` entries out of the host's frontier for the batch, or all where there are fewer, and for the best of them as many places
   * as are left of `maxPages`; none for one while as many better ones of the run wait, as far as the store can tell. One change with its
   * record: a repeated call takes the same, also after the frontier or what is left has changed. `undefined`: the batch is done, and
   * nothing is taken.
   */
  drawFromFrontier(request: DrawRequest): Promise<Draw | undefined>;
}

/** Of a store that can tell without asking each host of a run. */
export interface FrontierCounter {
  /** How many entries wait, by their priority, the highest first; no more than `limit` priorities, and the number of those left out. */
  countFrontier(run: string, limit: number): Promise<FrontierCounts>;
}

export interface FrontierEntry {
  /** That of its batch. */
  host: string;
  priority: number;
  depth: number;
  request: PageRequest;
}

export interface DrawRequest {
  run: string;
  batch: string;
  host: string;
  count: number;
  /** Of the run's pages, those that have a place included. */
  maxPages: number;
}

/** What was drawn for a batch. */
export interface Draw {
  /** The best of the frontier, the best first: each has taken a place of `maxPages`. */
  granted: PageRequest[];
  /** The worst of the frontier, for which there was no place. */
  refused: PageRequest[];
  /** No place is left now. */
  isFull: boolean;
}

export interface FrontierCounts {
  waiting: number;
  priorities: { priority: number; waiting: number }[];
  /** Priorities that are not listed. */
  others: number;
}

/** A URL of a run as the ledger knows it. */
export interface UrlKey {
  key: string;
  /**
   * URLs of one group are found together, as those of a host are: a store may keep them together. A function of the key; it
   * has no `#` and no `/`. @default none
   */
  group?: string;
}

/** `microUsd`: millionths of a US dollar. */
export type Budget = 'pages' | 'items' | 'microUsd';

/** What a batch takes of a budget by name. */
export interface QuotaRequest {
  /** Without `#`. */
  name: string;
  /** Negative: so much is returned. */
  wanted: number;
  limit: number;
  /** The name under which the grant is kept with the batch, where that asks of one quota more than once. @default `name` */
  grant?: string;
}

/**
 * How old an answer may be, where a fresh read is expensive; default 0. The caller's own changes are always in it.
 */
export interface Freshness {
  maxAgeMs?: number;
  /** All of it as it was at one moment, at a higher price. @default while a run goes on, it may be of several */
  isOfOneMoment?: true;
}

export interface LeaseRequest {
  run: string;
  batch: string;
  owner: string;
  leaseMs: number;
  /**
   * Names this attempt and no other: a repeated call with the same token, as after a lost answer, gets the same
   * lease. @default a new one
   */
  token?: string;
  /**
   * The token under which this caller had the lease that it released, or an earlier attempt whose process is alive and
   * has stopped working on the batch. If the lease still has that token, it is free, and no crash is counted.
   */
  gaveUp?: string;
}

/** `crashes`: how many holders of the batch have died so far. */
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
  /** The batch no longer counts as open, and its children do. */
  open: OpenChange;
}

/** What the ledger knows of a batch. */
export interface BatchState {
  isDone: boolean;
  /** Epoch ms until which a holder may be working on it; 0 if it is not held. */
  heldUntil: number;
  /** The number that its commit counted as open; absent where the store did not keep it. */
  children?: number;
  /** What was granted to it of `maxPages`, if it asked. */
  pagesGranted?: number;
  /** What was granted to it of quotas, by the names of their grants. */
  quotasGranted?: Record<string, number>;
}

/**
 * One is subtracted from the counter `shard` of open batches, or, if that is at 0, from another that is not: no
 * counter falls below 0, and all are 0 when the run is over. `added` says how many children are added to which
 * counter.
 */
export interface OpenChange {
  shard: number;
  added: Record<number, number>;
}

/**
 * `open`: 0 when the run is over, more when it is not, if the store knows it at no extra cost; a store that
 * spreads its counters may know only whether it is 0. `undefined`: read the counts to know.
 */
export type CommitAnswer = { state: 'done' | 'already' | 'stale'; open?: number };

export interface SlotRequest {
  host: string;
  count: number;
  /** At least this long between the starts of two requests. */
  gapMs: number;
  /** How late a request may start within its turn; turns are `gapMs + slackMs` apart. */
  slackMs: number;
  /** How much later than that, as long as the one before it has started a gap ago: it is reserved once for all turns. @default 0 */
  spareMs?: number;
  horizonMs: number;
  /**
   * Names the run that asks, for a place in the host's line when the turns are too far ahead to be reserved; `place`: the
   * one that it was given before. `isNext`: its turns come before those of the others in line.
   */
  line?: { run: string; place?: number; isNext?: true };
}

/** Turns as they were reserved, with their gap; those from number `used` (from 0) on are returned. */
export interface SlotReturn extends Slots {
  host: string;
  gapMs: number;
  used: number;
  /** When the last used one was used: epoch ms. @default at the latest that it could be */
  startedAt?: number;
}

/**
 * `until`: when the turns would begin; for a batch in line, after the turns of those before it. `place`: its place in the
 * line, to be brought along next time. It is a forecast, not a promise: nothing is reserved by it.
 */
export type SlotAnswer = { state: 'mine'; slots: Slots } | { state: 'busy'; until: number; place?: number };

export interface HostRecord {
  /** Epoch ms before which no request may start (429, 503, Retry-After). */
  delayedUntil?: number;
  /** Gap learned from the host's response times; the larger of it and the job's own counts. */
  learnedGapMs?: number;
  robots?: RobotsRecord;
  breaker?: Breaker;
  /** The last run that found out that the host answers 304 for pages that have changed. */
  distrustedBy?: string;
}

/** How often in a row requests to a host were stopped, since it answered none, and when last (epoch ms); 0: it answers. */
export interface Breaker {
  opens: number;
  at: number;
}

/** What is kept of a session beyond the process that logged in; `sealed` is unreadable without the sessions' key. */
export interface SessionRecord {
  /** Raised by one with each write. */
  version: number;
  /** Raised by one with each login: what belongs to an earlier one is written no more. */
  generation: number;
  /** A page has shown that the session has ended: it is to be opened again. */
  hasEnded: boolean;
  sealed: Uint8Array;
}

/** A login that is about to be sent. `account` is a digest, never a name. */
export interface LoginAttempt {
  run: string;
  account: string;
  /** At most this many that no success followed. */
  maxUnanswered: number;
  /** At most this many in the run. */
  maxInAll: number;
}

/** Sessions of jobs, which outlive runs, and the login attempts of a run. */
export interface SessionStore {
  readSession(key: string): Promise<SessionRecord | undefined>;
  /**
   * Writes the record if the stored one has the version before (0: there is none) and no larger generation; false
   * otherwise. It may be deleted some time after `expiresAt` (epoch ms). An ended session stays so within its generation.
   */
  saveSession(key: string, record: Omit<SessionRecord, 'hasEnded'>, expiresAt: number): Promise<boolean>;
  /**
   * Marks the session as ended if it still has this generation. If it had not ended before, `counted` is added to the
   * counts of its run, so that it is counted once however many processes see the end.
   */
  endSession(key: string, generation: number, counted?: { run: string; as: string }): Promise<void>;
  /** Deletes what there is. */
  deleteSession(key: string): Promise<void>;
  /**
   * Counts an attempt before it is sent, so that a crash cannot repeat it unseen, and as `sessions:logins` in the counts
   * of its run; else says which limit it would exceed.
   */
  takeLoginAttempt(attempt: LoginAttempt): Promise<'taken' | 'unanswered' | 'inAll'>;
  /**
   * Undoes one attempt that was taken: nothing of it was sent. Not where an attempt that succeeded has meanwhile cleared those of
   * the account.
   */
  returnLoginAttempt(run: string, account: string): Promise<void>;
  /** The login succeeded: no attempt counts as unanswered any more. */
  clearLoginAttempts(run: string, account: string): Promise<void>;
}

/** Locks by name. Programs use them through `lock.ts`. */
export interface LockStore {
  /**
   * How often (ms) waiters may ask, since a call is more expensive in one store than in another: `next` for the
   * first in line, each one behind it asking that much less often than the one before, and `others`. @default {
   * next: 5, others: 50 }
   */
  lookMs?: { next: number; others: number };
  /**
   * Takes the lock, or one of its permits, until a deadline. Repeated with the same token, as after a lost answer,
   * it is granted anew, with a larger fence. An expired lease is granted to another only `lockSkewMs` later, since
   * deadlines compare the clocks of two machines.
   */
  acquireLock(request: LockRequest): Promise<LockAnswer>;
  /**
   * False if the token does not hold the lock. A holder may renew after its deadline, if no other was granted
   * meanwhile. Never moves the deadline back.
   */
  renewLock(name: string, token: string, leaseMs: number): Promise<boolean>;
  /**
   * Releases the token, its place in the line included, and keeps the fence; may be repeated. False if its lease
   * had expired and another was granted.
   */
  releaseLock(name: string, token: string): Promise<boolean>;
}

export interface LockRequest {
  name: string;
  /** Names this acquisition and no other. */
  token: string;
  leaseMs: number;
  /** The number of holders at once. @default 1 */
  permits?: number;
  /**
   * If the lock is held: take a place in the line, which expires unless asked again within this time. @default no
   * place
   */
  lineMs?: number;
  /**
   * The lock was held when asked for before, and most likely still is: a store may read before it writes, if that
   * is cheaper.
   */
  isWaiting?: boolean;
  /**
   * No write carries this lock's fence, so the fence need not grow for ever: the record may be deleted when unused
   * for long.
   */
  isForgettable?: true;
}

/**
 * `held`: by whom, and when the first of their leases expires. A lock that is free while others wait is held by
 * the first of them. `place`: the asker's position in line, 0 the first; absent if it has none.
 */
export type LockAnswer =
  | { state: 'mine'; fence: number; until: number }
  | { state: 'held'; by: string; until: number; place?: number };

/** Sums by name, exact although calls are repeated. */
export interface CounterStore {
  addToCounter(name: string, amount: number): Promise<void>;
  /** Everything added before the call, and possibly some of what is added meanwhile. */
  readCounter(name: string): Promise<number>;
}

/** Values by name, each with the largest fence that wrote it. */
export interface RegisterStore {
  /**
   * With a fence: from now on no smaller fence can write. A caller that reads in order to write passes its fence
   * here already.
   */
  readRegister(name: string, fence?: number): Promise<{ value: Json | undefined; fence: number }>;
  /** False if a larger fence has written. Without a fence the value is written in any case, and the fence stays. */
  writeRegister(name: string, value: Json, fence?: number): Promise<boolean>;
}

/** The coordination primitives for programs other than the engine. */
export type CoordinationStore = LockStore & CounterStore & RegisterStore;

/** At-least-once delivery with delay and visibility. */
export interface BatchQueue {
  send(messages: OutgoingBatch[]): Promise<void>;
  /** Up to `max` batches that are due; each stays invisible until acknowledged or its visibility ends. */
  receive(options: { runs?: string[]; max: number }): Promise<Delivery[]>;
  acknowledge(deliveries: Delivery[]): Promise<void>;
  /** Keeps what this process received invisible for `forMs` from now. @default the queue's own visibility */
  extend(deliveries: Delivery[], forMs?: number): Promise<void>;
  /**
   * Makes the run's batches of draws that wait for a time due now: nothing is left for them to wait for. @default they come when
   * they are due
   */
  hastenDraws?(run: string): Promise<void>;
}

/** What only a store can report in which one process can look through all messages. */
export interface QueueDepth {
  /**
   * Messages not yet acknowledged; how many of them are due now, and how many a process has received and holds.
   * `nextHost`: of the one that is visible next, if it touches a host.
   */
  depth(
    run: string,
  ): Promise<{ waiting: number; due: number; underWay: number; nextDueAt?: number; nextHost?: string }>;
}

/** What a parent does for a worker process that has ended, instead of waiting until its leases expire. */
export interface OwnerRelease {
  /**
   * Ends every lease of an owner and makes its messages visible. `crashed`: the process died, which counts as a
   * crash of each batch that it held; `stopped`: it was asked to end.
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
   * How often this message was received, this time included. More than once does not mean that a worker died:
   * Lambda may have been throttled, and no code has seen the message. The ledger knows which holders died.
   */
  receives: number;
}

/** Write-once objects. */
export interface Outcomes {
  /** Writes unless an outcome exists; returns the one that is stored, which may be another's. */
  write(outcome: Outcome): Promise<Outcome>;
  read(run: string, batch: string): Promise<Outcome | undefined>;
  /** Every outcome of the run, streamed, in a stable order. */
  list(run: string): AsyncIterable<Outcome>;
  /** Ids of batches that have an outcome, sorted, those after `after` alone; fewer than `limit` only at the end. */
  listBatches(run: string, page: { after?: string; limit: number }): Promise<string[]>;
}
