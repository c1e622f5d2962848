/**
 * The design's words as types. Everything here is plain JSON: it travels in queue messages and
 * rests in outcomes. The files of this room import nothing but each other.
 */

import type { Reason } from './errors.ts';

/**
 * The version of all that outlives the process that wrote it: messages, outcomes, tasks, records of runs. Each carries
 * it as `v`; without one it is of version 1. It is raised when a process of the last release could not read what is
 * written, or would obey only a part of it, as of a job with keys that are new (`test/job/released-keys.test.ts`), and
 * `deploymentVersion` with it. A process reads its own version and all before; what is newer it hands on
 * unchanged, for a newer process to read (`shared/engine/loop/hand-on.ts`). A store in one file has a version of its own.
 */
export const formatVersion: number = 2;

/** Whatever carries the version it was written in. */
export interface Versioned {
  v?: number;
}

/** Whether a process that reads up to `version` must leave it to a newer one. */
export function isNewer({ v = 1 }: Versioned, version = formatVersion): boolean {
  return v > version;
}

/** The value marked as written by `version`; one that was newer stays so. */
export function stamped<T extends Versioned>(value: T, version = formatVersion): T {
  return version <= (value.v ?? 1) ? value : { ...value, v: version };
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * The kinds of requests, each with what its requests carry besides what all do. A kind's own folder adds it here
 * (`declare module`); the objects that say all else of a kind are listed in `shared/sources/sources.ts`, where one
 * that is missing does not compile.
 */
export interface RequestKinds {
  /** A page of the run, which a source or a link named. */
  page: NoState;
}

export type RequestKind = keyof RequestKinds;

/** One URL to fetch, of any kind: a union by `kind`. */
export type PageRequest<Kind extends RequestKind = RequestKind> = {
  [Each in Kind]: RequestOfAnyKind & { kind: Each } & RequestKinds[Each];
}[Kind];

/** What requests of all kinds carry. */
interface RequestOfAnyKind {
  /**
   * As it is asked: absolute, as it was written (`resolveAddress` in `shared/fetch/url.ts`). Of kinds that ask no
   * host: a `spinneret:` or `file:` URL.
   */
  url: string;
  /** URL and body, sealed (Base64), where they hold a secret of a session, which is redacted in `url` and `body` then. */
  sealedAddress?: string;
  /** Key of `job.pages` that says what to extract; `''` for kinds that are no pages of the run. */
  label: string;
  /** Links from the start: 0 for what a source names itself. */
  depth: number;
  /** Earlier fetches of this request that failed: 0 at first. */
  attempt: number;
  /** URLs that redirected here, or named this one as canonical, oldest first. */
  via?: string[];
  /** The page that linked here. */
  referrer?: string;
  /** How soon it is fetched, higher is sooner, where the link that led to it says so. @default that of its label */
  priority?: number;
  /** Index into `job.sources`, for kinds that a source continues. */
  source?: number;
  /** Where it stands, plain JSON, of kinds that say what that is. */
  cursor?: unknown;
  /** Index of the source with whose `headers` it is sent: of a page that such a source names, and of what that redirects to. */
  headersOf?: number;
  /** Default GET. */
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Epoch ms before which it must not start. */
  notBefore?: number;
  /** Its price was taken from the run's budget. */
  isPaid?: true;
  /** How many of the answers that it leads to were paid with it. @default 0 */
  paidAhead?: number;
  /** Of the chain of redirects that led here, and for that chain alone. */
  cookies?: ChainCookies;
  /** How often in a row no proxy brought it to its host: none at first. */
  proxyFailures?: number;
  /**
   * Where its answer showed that its session had ended: how often it was the first to show the end of a login that had
   * answered nothing before, and of one that had. Ends that were known already are in neither.
   */
  sessionEnds?: { ofNew: number; ofProven: number };
  /** Where it has to be sent in a certain session of its pool. */
  session?: SessionOfPool;
  /** Of a request that a source made of an item. */
  given?: GivenByItem;
  /** The family of addresses (`shared/engine/traps`) to which it belongs, like the page that led to it and to nothing else. */
  barrenFamily?: string;
  /** How many pages of the family, each of which led to nothing else, lie behind it in a row. */
  barrenSteps?: number;
  /** It was answered 304, and is asked for once more without a condition, to see whether that is true. */
  isCheck?: true;
}

/** What an item gave to the request that was made of it. */
export interface GivenByItem {
  /** By the names of their places in the source's settings. */
  values: Record<string, Json>;
  /** Fields that the items of the request get besides their own. */
  parent?: Record<string, Json>;
}

/** The session of a pool in which a request goes on, by its place; `turns`: how many sessions it was sent in before. */
export interface SessionOfPool {
  seat: number;
  turns: number;
}

/** Of a kind whose requests carry nothing besides. */
export interface NoState {
  cursor?: never;
}

/** Of a kind that a source continues: `cursor` is where it stands, plain JSON. */
export interface SourceState<Cursor> {
  source: number;
  cursor: Cursor;
}

/** What the answers of a chain of redirects set, to be sent along it: gates let through who has their cookie. */
export interface ChainCookies {
  /** Set-Cookie headers as they came, oldest first, each with the URL that sent it. */
  received: { url: string; cookie: string }[];
  /** Index, among the URLs of the chain, of the last whose answer changed anything: -1 for none. */
  changedAt: number;
}

/**
 * Up to N requests of one host or pace group: what is queued, leased and committed as one. Of one that is newer than this process,
 * nothing but `v`, `run`, `id` and the marks below `slot` is certain; nothing else of it may be looked at.
 */
export interface Batch extends Versioned {
  run: string;
  /** Derived from the parent's id, so that forwarding twice makes the same children. */
  id: string;
  /**
   * `URL.host` of every request in it, or `*.` and the registered domain of all of them, of jobs that pace by it; `''` for kinds that touch
   * no host.
   */
  host: string;
  requests: PageRequest[];
  /**
   * Of a batch without requests: it fetches the best that wait for its host when it has its turns. `like`: one of those that it was made
   * for, by which its host is asked.
   */
  draws?: { count: number; like: PageRequest };
  /** Set when the batch was sent again to wait for its turn: epoch ms of its first reserved slot. */
  slot?: Slots;
  /** Epoch ms at which the host's line is expected to have come to it. The name is that of the stored message. */
  place?: number;
  /** What its requests are asked with grows old: it takes the next turns of its host, before batches that are in line. */
  isNext?: true;
  /** How often in a row it was sent again to wait for a login elsewhere. */
  waits?: number;
  /** How often its holders are known to have died, or its code to have failed: the ledger may know of more. */
  crashes?: number;
  /** How it, or what led to it, was sent again and again since anything came of it. */
  idle?: Idle;
  /** The token of the lease that the sender had, and works under no more. */
  gaveUp?: string;
  /** How often its process met a fault of network, store or code, and sent it again for that. */
  faults?: number;
  /** How often it was handed on by a process too old to read it, or what belongs to it. */
  handedOn?: number;
  /** Which of the run's counters counts it as open; default 0. See `shared/engine/shards.ts`. */
  shard?: number;
  /** Of a batch without requests, which is worked on when no other is open: what is looked for among the pages that the job knows. */
  conclusion?: Conclusion;
  /** It is for processes that read pages in a browser, where others do not. */
  inBrowser?: true;
  /**
   * Of a batch for processes with a browser that know no secrets, and so open no session. `wanted`: one of its sessions is not open, and it is
   * for a process that opens it. Else what such a process says of them: by name a digest of the settings and secrets they were opened by, by
   * which its receiver knows them from those of earlier settings.
   */
  sessions?: 'wanted' | Record<string, string>;
}

/** Whether a batch is for a process that has a browser, and not for one that opens its sessions first. */
export function isBatchForBrowser({ inBrowser, sessions }: Pick<Batch, 'inBrowser' | 'sessions'>): boolean {
  return inBrowser === true && sessions !== 'wanted';
}

/** `rounds`: how often, those with nothing to wait for counted more. `since`: epoch ms of the first. */
export interface Idle {
  rounds: number;
  since: number;
}

/**
 * Reserved turns on a host clock, for one process: request i may start in [firstAt + i × spacingMs, … + slackMs], and later by
 * up to `spareMs`, if the one before it has started a gap ago.
 */
export interface Slots {
  /** Epoch ms. */
  firstAt: number;
  count: number;
  spacingMs: number;
  slackMs: number;
  /** @default 0 */
  spareMs?: number;
}

/** Where a request ended. `retry` is not an end: the request goes on as a follow-up. */
export type PageEnd = 'stored' | 'failed' | 'skipped' | 'cancelled' | 'retry';

/** What happened to one request of a batch. */
export interface PageFact {
  kind: RequestKind;
  url: string;
  label: string;
  depth: number;
  attempt: number;
  end: PageEnd;
  referrer?: string;
  /** Error code of a failure or retry, reason of a skip. See docs/errors.md. */
  code?: string;
  message?: string;
  /** HTTP status. */
  status?: number;
  /** Body size after decompression. */
  bytes?: number;
  /** Fetch duration. */
  ms?: number;
  /** ISO 8601. */
  fetchedAt?: string;
  /** Of a job that is being written: read from this machine's cache, not from the site. */
  isCached?: true;
  /** Where a redirect pointed. */
  redirect?: string;
  items?: number;
  links?: number;
  /** Of a stored page whose address is of a suspicious shape: which family of addresses it belongs to. */
  family?: string;
  /** How many pages of its family, which had given nothing, led one to the next and to it: absent for none. */
  barrenSteps?: number;
  /** Of a `cell`, once nothing more is asked of it: what came of it, and the index of its source. */
  cell?: CellFact;
  source?: number;
  /** Of a job that recrawls: what the page is beside what the job knew of it. */
  change?: PageChange;
  /** It was answered 304: its items and links are those of its last fetch. */
  isReused?: true;
  /** It was not asked for, since the budget of the run went to others (`recrawl.budget`): its items and links are those of its last fetch. */
  isNotDue?: true;
  /** An unchanged page whose body is another one. */
  hasOtherBody?: true;
  /** Of a file that was kept. */
  file?: FileFact;
  /** Of a place whose details could not be had: the id by which it was named. */
  placeId?: string;
  /** Of a page of a place’s reviews, once nothing more is asked of them: what came of them. */
  reviews?: ReviewsFact;
  /** Of a list of places: those that it names, by the key of the place (`keyOfPlace`), with the user's own id. */
  listed?: { key: string; at: number; link: string; id?: string }[];
}

/** A search for places in one cell of an area. */
export interface CellFact {
  query: string;
  area: string;
  /** Degrees; neither crosses the antimeridian nor touches itself. */
  box: { west: number; south: number; east: number; north: number };
  /** How often the area's first cells were split to come to this one. */
  level: number;
  /** Places that the answers named, those outside of the area included. */
  found: number;
  /**
   * `whole`: all that is there. `split`: too much for one search, so its parts were searched.
   * `saturated`: too much, and too small to be split: some of it may be missing.
   */
  end: 'whole' | 'split' | 'saturated' | 'failed' | 'skipped';
  code?: string;
  /** Keys of the places that the answers named (`keyOfPlace`), by their rank. Facts of version 0.2 and before have none. */
  named?: string[];
}

/** The reviews of one place, as far as they were read. */
export interface ReviewsFact {
  /** Key of the place (`keyOfPlace`), and its id. */
  key: string;
  placeId: string;
  /** Reviews that the answers listed, each once. */
  listed: number;
  /**
   * `whole`: all that are listed. `since`, `max`: as far as the job asks. `known`: up to those that an earlier run has read to the
   * end. `limited`: a limit of the job ended them, or a person. `cut`: there may be more.
   */
  end: 'whole' | 'since' | 'max' | 'known' | 'limited' | 'cut';
  /** Of `limited` and `cut`: why. */
  code?: string;
  /** They were not listed newest first, so that none but the end of the list, or `max`, has ended them. */
  isUnsorted?: true;
}

/** A file as it is kept. */
export interface FileFact {
  /** Of its bytes, in hexadecimal. */
  sha256: string;
  bytes: number;
  /** Media type by its bytes; where these show none, that of its server if it is one of text, else application/octet-stream. */
  type: string;
  /** A name that every file system takes, of these bytes and this address alone. */
  name: string;
  /** Its bytes were kept already. */
  isEqual?: true;
}

/** What an export adds to the fields of an item (`shared/export/records.ts`): no field may have such a name. */
export const ownColumns: readonly string[] = [
  ...['_item', '_url', '_fetchedAt', '_missing', '_lost', '_misfits'],
  ...['_change', '_changes', '_reason', '_files', '_capture'],
];

/** How a page or an item is beside what its job knew of it from earlier runs. */
export type ChangeMark = 'new' | 'changed' | 'unchanged';

/** `gone`: it is no more, or no longer linked. `notSeen`: the run cannot tell. */
export type PageChange = ChangeMark | 'gone' | 'notSeen';

/** Of a changed item: each field that differs, as it was and as it is; null where it had, or has, none. */
export interface ItemChange {
  is: ChangeMark;
  fields?: Record<string, { from: Json; to: Json }>;
}

/** What is kept of an item, to be compared with that of a later run. */
export type ComparedItem = Pick<Item, 'item' | 'fields' | 'key'>;

/** A page that the job knew, or some of its items, that the run did not find. */
export interface MissingPage {
  url: string;
  label: string;
  is: 'gone' | 'notSeen';
  /**
   * The code of its answer (docs/errors.md), or of what kept the run from it; `notLinked`: nothing leads to it any more;
   * `notOnPage`: the page is there, and these items are no more on it.
   */
  why: string;
  /** Without those that have a key, which the run may have found on another page: what concludes the run names each by itself. */
  items: ComparedItem[];
}

/** What a job keeps of a page beyond its runs. */
export interface PageRecord {
  /** Of its URL, as for admission. */
  key: string;
  /** The group of the key, as for admission. */
  group?: string;
  /** Epoch ms of the answer that it is of: it is replaced by a later one alone. */
  at: number;
  /** It is gone, and why: of what was, nothing is kept. */
  gone?: string;
  /** It is of one item with a key, which is the key of the record, and not of the page that `url` names: the one that gave it last. */
  isItem?: true;
  /** The run that last found that the page leads elsewhere for now, and how: of pages with such items alone. */
  missed?: { run: string; why: string };
  url: string;
  label: string;
  /** All that its extraction depends on besides the page, as a digest; none where that is not known. */
  rule?: string;
  validators?: Validators;
  /** The headers of requests that `Vary` names, in lower case. @default none */
  varied?: string[];
  /** Digests: of the body; of the text and links of a page without items. */
  body: string;
  text?: string;
  items: ComparedItem[];
  /** What was extracted, to be used again when the page is answered 304; none where it cannot be. */
  extraction?: Json;
  /** How often it was written since its items changed, for new validators alone. */
  refreshed?: number;
  /** Of a job whose runs have a budget, of pages that it has written since. */
  seen?: ChangeHistory;
  /** Of the one record that is of no page: what the next run of a job with a budget goes by. */
  plan?: VisitPlan;
}

/** What was seen of the changes of a page until its record was written. Runs are those of the job, by their numbers. */
export interface ChangeHistory {
  /** The run that found the page, and the one that wrote the record. */
  since: number;
  run: number;
  /** Visits after the one that found it, and those of them that found a change. */
  visits: number;
  changes: number;
  /** Of how many runs one visits the page from then on, as a share. */
  share: number;
  /** It was found without items and with links, or with a link that it did not have before. */
  leads?: true;
}

/** What a run of a job with a budget leaves to the next one. */
export interface VisitPlan {
  /** The number of the run. */
  run: number;
  /** How many pages change so often (`VisitSchedule.classOf`). */
  classes: Record<string, number>;
  /** Of the pages that were asked for, those that had changed. */
  changedShare: number;
  /** That of the run before, by which `classes` were counted. Absent in plans of version 0.1: `changedShare`. */
  countedShare?: number;
}

/** By what a server tells whether a page has changed (RFC 9110 §8.8). */
export interface Validators {
  etag?: string;
  lastModified?: string;
  /** Of the request's headers that `Vary` names, and of its session: a digest. */
  variant: string;
}

/** What is left to be looked for at the end of a run whose job knows its pages. */
export interface Conclusion {
  /** The key of the last page that was looked at. @default none was */
  after?: string;
  /** Why the run cannot tell that a page is no longer linked, decided at the beginning; `''`: it can. */
  doubt?: string;
}

/** One extracted record. */
export interface Item {
  /** The page rule's item name. */
  item: string;
  /** The page it was found on. */
  url: string;
  fields: Record<string, Json>;
  /** Of a complete item of a label with a `key`: a digest of its values, the same for items of the run that are one. */
  key?: string;
  /**
   * Paths of required fields that were not found; of an item without a single value, all of its fields. Such an item
   * is incomplete: kept apart, and counted.
   */
  missing?: string[];
  /** Of a complete item: why it is not as the schema of its label has it. Such an item is kept apart, and counted. */
  misfits?: Misfit[];
  /** Values that were on the page, or are required, and that a step of their field lost: each field and step once. */
  lost?: LostValue[];
  /** How values were found, where that is not as the job has it first. */
  marks?: ItemMark[];
  /** Of a job that recrawls. */
  change?: ItemChange;
  /** Of one that was taken from a page that an earlier run had kept: when that was fetched, in ISO 8601. */
  fetchedAt?: string;
  /** Addresses of files to be downloaded, as they are asked, in the shape of the fields that name them; null for what is no address. */
  files?: Json;
  /** What its page looked like in a browser. */
  capture?: FileFact;
}

/** `complete`: it counts. `incomplete`: it lacks a required field. `misfit`: it is not as its schema has it. */
export type ItemState = 'complete' | 'incomplete' | 'misfit';

export function stateOfItem({ missing, misfits }: Pick<Item, 'missing' | 'misfits'>): ItemState {
  if (missing !== undefined) return 'incomplete';
  return misfits === undefined ? 'complete' : 'misfit';
}

/** A value that is not as the schema has it. */
export interface Misfit {
  /** Path in the item; `''` for the item as a whole. */
  path: string;
  /** Of JSON Schema, such as `minimum`. */
  keyword: string;
  reason: string;
  /** The first characters of the value, as JSON. */
  found: string;
}

/**
 * `from`: by another source than the first. `mended`: in data that was broken, or is partly code; of an item as a whole in
 * XML with names of characters that it does not define. `detected`: a language that the page
 * does not state, by its text. `row`: in a row of a table that is not like the others. `heading`: headings of a table did not do as names
 * (of columns, or of pairs): counted once for each table, or for each value of a column that is asked for by such a heading. `damaged`: a
 * text with bytes that are no characters of the page's encoding, each of which is U+FFFD. `ambiguous`: the page has another value at the
 * place of the field, also of a key that an object of JSON has twice, or of a number at another of its sources.
 */
export interface ItemMark {
  kind: 'from' | 'mended' | 'detected' | 'row' | 'heading' | 'damaged' | 'ambiguous';
  /** Path of the field in the item; `''` for the item as a whole. */
  field: string;
  /**
   * Of `from`: the source in its short form (`nameOfSource`). Of `row`: `short` or `long`, with too few or too many cells, or
   * `quotes`, where they do not end or something stands behind them. Of `heading`: `repeated`, with the same text as another one, or
   * `unnamed`, of a column without one beside others.
   */
  source?: string;
  /** For people, and not counted apart. Of `heading`: the names that they have instead; of `ambiguous`: another value; of `mended`: the name. */
  found?: string;
}

/** Why a field has no value: the first step that gave nothing, and what it met. */
export interface LostValue {
  /** Path of the field in the item, such as `variants[2].price`. */
  field: string;
  /**
   * `select`: no element. `text`: the element is empty. `attr`: it lacks the attribute, or a required one is empty.
   * `path`: its JSON lacks the path, or is none. `json`: what should be JSON cannot be read. `script`: the value is code.
   * `table`: it is no table. `cell`: a cell of its table is in no pair. `formula`: the workbook has a formula and not its value.
   * `article`: no main text, or not this part of it. `regex`: found nothing. `transform`: a step made nothing of it.
   * `type`: cannot be read as the type. `handler`: it returned none.
   */
  step: LostStep;
  /** What the regex, the step or the type was given: its first characters. */
  found?: string;
  /** The attribute, the step of `transform`, or the type. */
  wanted?: string;
  /** How many values of the field were lost at this step, in a list, of which this is the first. @default 1 */
  times?: number;
}

export type LostStep =
  | 'select'
  | 'text'
  | 'attr'
  | 'path'
  | 'json'
  | 'script'
  | 'table'
  | 'regex'
  | 'transform'
  | 'type'
  | 'cell'
  | 'formula'
  | 'article'
  | 'handler';

/** Named sums. Commits add them, `open` among them. See `shared/engine/counts.ts` for the names. */
export type Counts = Record<string, number>;

/** What a batch produced. Written once, never changed: everything after it is a function of it. */
export interface Outcome extends Versioned {
  run: string;
  batch: string;
  /** Of the batch, by which its children are grouped; none in outcomes of version 0.1. */
  host?: string;
  /** Of the batch; default 0, and unknown in outcomes of version 0.1. */
  shard?: number;
  pages: PageFact[];
  items: Item[];
  /** New requests, in scope and within depth, not yet admitted; each URL once. */
  links: PageRequest[];
  /** How many URLs its pages link to besides, each counted once: another batch had admitted them. */
  knownLinks?: number;
  /** Requests already admitted that go on: failed with attempts left, or out of time. */
  retries: PageRequest[];
  /** What the batch adds to the run's counts, apart from what admission decides. */
  counts: Counts;
  /** Its batch killed its process again and again: each of its requests gets a batch of its own. */
  isSplit?: true;
  /** Nothing more is to be fetched for the run until somebody has looked: why, and when it was met (epoch ms). */
  halt?: Reason & { at: number };
  /** What its answers changed in sessions, merged before the commit. */
  sessions?: SessionChange[];
  /** Largest batch to make of the links to this host, and to others: fixed here, so that repeating the grouping gives the same batches. */
  batchSizes: { own: number; other: number };
  /** Labels whose pages are for processes that read them in a browser, where others do not: their batches are their own. */
  inBrowser?: string[];
  /** The host of the batches of its requests by their `URL.host`, where it is another: fixed here for the same reason. */
  paceGroups?: Record<string, string>;
  /** Of a job that recrawls: what it is to keep of these pages, written before the commit. */
  known?: { job: string; pages: PageRecord[] };
  /** What the job knew and the batch did not find. */
  missing?: MissingPage[];
  /** The batch has a child that concludes the run. */
  conclusion?: Conclusion;
  /** Of a job that keeps its pages. */
  kept?: KeptPages;
}

/** Where the pages of a batch are kept. What another delivery of it has kept is of no run. */
export interface KeptPages {
  /** Its name where the run keeps pages: on this machine the hash of its bytes, on AWS a part of its key. */
  file: string;
  /** Compressed. */
  bytes: number;
  pages: number;
  /** Pages that were answered 304, of which that is kept. */
  unchanged?: number;
  /** What its pages have loaded in a browser. */
  loaded?: KeptLoads;
}

export interface KeptLoads {
  answers: number;
  /** Those without their bodies, which were too large. */
  truncated?: number;
  /** The records that other batches may have, too: where each begins, its bytes, and the digest of its payload. */
  large: [from: number, bytes: number, digest: string][];
}

/** What the answers of a batch changed in one session of the job. */
export interface SessionChange {
  /** The session's name in the job; in a pool, with its place: `name#0`, `name#0@host`. */
  name: string;
  generation: number;
  /** The cookies that were set or deleted, sealed, in Base64; none where none changed. */
  sealed?: string;
  /** An answer showed that this login is over. */
  hasEnded?: true;
  /** When it did (epoch ms), of a session without a login: a run that begins or is resumed later tries it anew. */
  endedAt?: number;
  /** An answer showed that the site takes its key, which the ledger did not know for this run. */
  isProven?: true;
  /** It failed too often in a row: it is made anew, or rests until the run ends. */
  isRetired?: true;
  /** Its failures in a row at the end of the batch; of all before, if none of the batch's requests succeeded. */
  failures?: { inARow: number; hasSucceeded: boolean };
}

/** What a sweep of a run's outcomes has found (`shared/engine/run/sweep.ts`). */
export interface SweepFindings {
  /** Outcomes looked at. */
  looked: number;
  /** Batches that were open and that nobody worked on: they were sent again. */
  sentAgain: number;
  /** Batches that somebody was working on. */
  underWay: number;
  /** Outcomes whose children are unknown: a newer version wrote them, or what the ledger knew of their URLs is deleted. */
  untold: number;
}

export type RunState = 'running' | 'paused' | 'cancelled' | 'finished';

/** One execution of a job. Keeps a frozen copy of the job (secrets stay as `${env:NAME}`). */
export interface Run<JobCopy = Json> extends Versioned {
  id: string;
  job: JobCopy;
  /** Folder that relative paths of the job (handlers, URL files) are resolved against. */
  baseDir: string;
  state: RunState;
  /** Epoch ms. */
  startedAt: number;
  finishedAt?: number;
  /** Epoch ms at which it came into its state; none since it started. */
  movedAt?: number;
  /** Why it came into its state, if not by command. */
  reason?: Reason;
}

/** The host's robots.txt as it was last seen. */
export interface RobotsRecord {
  /** Epoch ms. */
  fetchedAt: number;
  /** `unreachable`: 5xx, 429 or no answer: everything is disallowed until it is fetched again. */
  state: 'found' | 'absent' | 'unreachable';
  /** At most 500 KiB, kept only when found. */
  body: string;
  /** Of an unreachable one: why, as `CODE: message`. */
  cause?: string;
  /** Of an unreachable one: epoch ms at which the host wants to be asked again. */
  againAt?: number;
}
