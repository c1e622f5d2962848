import type { FileStore } from '../coordination/file-store.ts';
import type { Ledger } from '../coordination/ports.ts';
import { HaltError } from '../errors.ts';
import { openFileReader } from '../extract/aside/file-reader.ts';
import type { Extractor } from '../extract/extractor.ts';
import type { HandlerThreadOptions, HandlerThreads } from '../extract/handlers/thread/handler-threads.ts';
import { makeFetcher } from '../fetch/client.ts';
import { type ConnectionBudget, makeConnectionBudget } from '../fetch/connections/connection-budget.ts';
import { type Limiter, makeLimiters } from '../fetch/limiter.ts';
import type { Fetcher } from '../fetch/types.ts';
import { makeNormalise, type Normalise } from '../fetch/url.ts';
import { userAgentOf } from '../fetch/user-agent.ts';
import { type DownloadTree, downloadsByLabel, keepsFiles } from '../job/downloads.ts';
import type { TimedJob } from '../job/fetch-timeout.ts';
import { compileLabels } from '../job/labels.ts';
import { type PageOrder, pageOrderOf } from '../job/page-order.ts';
import { labelsWithRoutes } from '../job/render-schema.ts';
import type { Job } from '../job/schema.ts';
import type { Run } from '../model.ts';
import type { MakeOfItems } from '../sources/each/items-to-requests.ts';
import type { SourceEnv } from '../sources/kind.ts';
import { makersByLabel } from '../sources/readers.ts';
import type { CachedAnswers } from './cached-answers.ts';
import { compileJob } from './compile-job.ts';
import { makeIsFile } from './files.ts';
import { type JobEnvironment, localEnvironment } from './job-environment.ts';
import type { LastFetches } from './keep/last-fetches.ts';
import type { PageArchive } from './keep/page-archive.ts';
import { type KnownUrls, makeKnownUrls } from './outcome/known-urls.ts';
import type { ProxyLedger, RunProxies } from './proxies/run-proxies.ts';
import type { RunRecrawl } from './recrawl/run-recrawl.ts';
import type { Redaction } from './redaction.ts';
import { openRendering, type RunRendering } from './render/open-rendering.ts';
import { type RunLimits, watchLimits } from './run/run-limits.ts';
import { makeScope, type Scope } from './scope.ts';
import type { RunSessions } from './sessions/run-sessions.ts';
import { makeTrapOf } from './traps/url-traps.ts';
import { openPaceGroups, type PaceGroups } from './turns/pace-groups.ts';
import type { RobotsGate } from './turns/robots-gate.ts';
import {
  type HeadersFor,
  headersFor,
  labelHeadersFor,
  secretsScope,
  sourceHeadersFor,
} from './visit/header-scope.ts';

/** A run's job, compiled once per process. */
export interface RunContext {
  id: string;
  /** The job with secrets resolved. */
  job: TimedJob;
  /** What the kinds of its requests need to know about the job. */
  env: SourceEnv;
  startedAt: number;
  fetcher: Fetcher;
  extractor: Extractor;
  /** Gives the form in which two URLs are compared. */
  normalise: Normalise;
  labelOf(url: string): string | undefined;
  /** `#/…` and `#!…` are pages to some of its labels. */
  hasRoutes: boolean;
  scope: Scope;
  known: KnownUrls;
  limits: RunLimits;
  /** Limits the requests of this process that are under way to one host. */
  limiterOf(host: string): Limiter;
  redaction: Redaction;
  /** Headers of page labels that have any, by the origin that they are sent to. */
  labelHeaders: ReadonlyMap<string, HeadersFor>;
  /** Whether `fetch.headers` with secrets go to an origin. */
  isSentSecrets(origin: string): boolean;
  /** Headers of sources that have any, by the index of the source and the origin that they are sent to. */
  sourceHeaders: ReadonlyMap<number, HeadersFor>;
  /** What sources make of items, by the label of the items' pages. */
  makersByLabel: ReadonlyMap<string, MakeOfItems[]>;
  /** Failures in a row by host, of those that have any. */
  failures: Map<string, number>;
  /** robots.txt by host, compiled from the ledger's copy at that time. */
  gates: Map<string, { fetchedAt: number; gate: RobotsGate }>;
  /** Absent for jobs whose pages are fetched as they are found. */
  order?: PageOrder;
  /** Absent for jobs that pace each host by itself. */
  paceGroups?: PaceGroups;
  /** Absent for jobs without proxies. */
  proxies?: RunProxies;
  /** Absent for jobs that read no page in a browser. */
  rendering?: RunRendering;
  /** Absent for jobs without sessions. */
  sessions?: RunSessions;
  /** Absent for jobs that ask for each page. */
  cached?: CachedAnswers;
  /** Absent for jobs that know nothing of earlier runs. */
  recrawl?: RunRecrawl;
  /** Absent for jobs that keep no pages. */
  archive?: PageArchive;
  /** Of an extraction from the pages of several runs. */
  lastFetches?: LastFetches;
  /** Absent for jobs whose fields name no files to be downloaded. */
  downloads?: RunDownloads;
  close(): Promise<void>;
}

/** The files of a run. */
export interface RunDownloads {
  /** Which fields name them, by the label of their pages. */
  of: ReadonlyMap<string, DownloadTree>;
  /** Absent where none are kept, as in a trial: then they are only named. */
  store?: FileStore;
}

/**
 * Compiles the frozen job of `run`. `now` is the engine's clock: turns and pauses are measured by it. `budget` is that of
 * the process; `ledger`: where its processes tell each other of proxies. Throws `HaltError` when the environment or a
 * handler is missing.
 */
export async function openRunContext(
  run: Run,
  environment: JobEnvironment,
  now: () => number = Date.now,
  budget?: ConnectionBudget,
  ledger?: ProxyLedger,
): Promise<RunContext> {
  const { frozen, job, extractor, redaction, env, signer, tlsOf } = await compileJob(run, environment, now);
  const sessions = await openSessions(frozen, job, environment);
  const { lookup } = environment;
  const resolving = lookup === undefined ? {} : { lookup };
  const paceGroups = await openPaceGroups(job.politeness, { startedAt: run.startedAt, ...resolving });
  const normalise = makeNormalise(job.urls);
  const labelOf = compileLabels(job, normalise);
  const scope = makeScope(job.scope, normalise);
  const proxies = await openProxies(frozen, environment, now, ledger);
  const ownHeaders = headersFor(frozen, job);
  const direct = makeFetcher({
    ...job.fetch,
    network: job.network,
    userAgent: userAgentOf(job.politeness),
    headersFor: ownHeaders,
    now,
    ...resolving,
    ...(budget !== undefined && { budget }),
    ...(proxies !== undefined && { proxying: proxies.proxying }),
    ...(signer !== undefined && { signer }),
    ...(tlsOf !== undefined && { tlsOf }),
  });
  const fetcher = proxies?.route(direct) ?? direct;
  const withRoutes = labelsWithRoutes(job.pages);
  const order = pageOrderOf(job);
  const cached = await openCached(frozen, environment, redaction);
  const recrawl = await openRecrawl(frozen, environment);
  const downloads = await openDownloads(job, environment);
  const archive = frozen.keep === undefined ? undefined : await environment.openArchive?.(run.id);
  const lastFetches = await openLastFetches(job, environment);
  const rendering = await openRendering(job, normalise, environment);
  return {
    id: run.id,
    job,
    env,
    startedAt: run.startedAt,
    fetcher,
    extractor,
    normalise,
    labelOf,
    hasRoutes: withRoutes.size > 0,
    scope,
    known: makeKnownUrls({
      normalise,
      labelOf,
      isFile: makeIsFile(job),
      trapOf: makeTrapOf(job, run.startedAt),
      scope,
      withRoutes,
    }),
    limits: watchLimits(job.limits),
    limiterOf: makeLimiters(job.fetch.concurrencyPerHost),
    redaction,
    labelHeaders: labelHeadersFor(frozen, job),
    isSentSecrets: secretsScope(ownHeaders),
    sourceHeaders: sourceHeadersFor(frozen, job),
    makersByLabel: makersByLabel(env.job),
    failures: new Map(),
    gates: new Map(),
    ...(order === undefined ? {} : { order }),
    ...(paceGroups === undefined ? {} : { paceGroups }),
    ...(proxies === undefined ? {} : { proxies }),
    ...(rendering === undefined ? {} : { rendering }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(cached === undefined ? {} : { cached }),
    ...(recrawl === undefined ? {} : { recrawl }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(archive === undefined ? {} : { archive }),
    ...(lastFetches === undefined ? {} : { lastFetches }),
    async close() {
      cached?.close();
      await Promise.all([fetcher.close(), extractor.close()]);
    },
  };
}

/** Few jobs have sessions, so what they work with is loaded by the first that does. */
async function openSessions(
  frozen: Job,
  job: TimedJob,
  environment: JobEnvironment,
): Promise<RunSessions | undefined> {
  if (job.sessions === undefined) return undefined;
  const { makeRunSessions } = await import('./sessions/run-sessions.ts');
  return makeRunSessions(frozen, job, environment);
}

async function openDownloads(job: Job, { openFiles }: JobEnvironment): Promise<RunDownloads | undefined> {
  if (!keepsFiles(job)) return undefined;
  const of = downloadsByLabel(job);
  return openFiles === undefined ? { of } : { of, store: await openFiles(job.name) };
}

/** Only an extraction from the pages of several runs has to know which of them has which. */
async function openLastFetches(
  { extracts }: Job,
  { outcomes }: JobEnvironment,
): Promise<LastFetches | undefined> {
  if (extracts?.earlier === undefined || outcomes === undefined) return undefined;
  const { findLastFetches } = await import('./keep/last-fetches.ts');
  const earlier = extracts.earlier.map(({ run }) => run);
  return findLastFetches(outcomes, extracts.run, earlier);
}

/** Only jobs that are being written read what this machine keeps. */
async function openCached(
  frozen: Job,
  { openAnswers }: JobEnvironment,
  redaction: Redaction,
): Promise<CachedAnswers | undefined> {
  if (frozen.fetch.cached !== true || openAnswers === undefined) return undefined;
  const { cachedAnswers } = await import('./cached-answers.ts');
  return cachedAnswers(await openAnswers(), frozen, redaction);
}

/** Only jobs that recrawl know their pages. */
async function openRecrawl(frozen: Job, { handlers = {} }: JobEnvironment): Promise<RunRecrawl | undefined> {
  if (frozen.recrawl === undefined) return undefined;
  const { makeRunRecrawl } = await import('./recrawl/run-recrawl.ts');
  return makeRunRecrawl(frozen, frozen.recrawl, Object.keys(handlers));
}

/** What opens its sessions and proxies, as this process has sent it: no outcome may hold it. */
export function secretTextsOf({ sessions, proxies }: Pick<RunContext, 'sessions' | 'proxies'>): string[] {
  return [...(sessions?.secretTexts() ?? []), ...(proxies?.secretTexts() ?? [])];
}

/** The proxies of a job that has any. */
async function openProxies(
  frozen: Job,
  environment: JobEnvironment,
  now: () => number,
  ledger: ProxyLedger | undefined,
): Promise<RunProxies | undefined> {
  const ofSessions = Object.values(frozen.sessions ?? {}).some(({ proxy }) => proxy !== undefined);
  if (frozen.proxies === undefined && !ofSessions) return undefined;
  const { openRunProxies } = await import('./proxies/run-proxies.ts');
  return openRunProxies(frozen, environment, now, ledger);
}

/**
 * Contexts by run id, opened on first use; one that could not be opened is tried again. `threads`: how the process runs
 * handler files; the memory of one is also that of a thread that reads a PDF or workbook.
 */
export function makeContexts(
  ledger: Pick<Ledger, 'readRun'> & ProxyLedger,
  environmentOf: (run: Run) => Promise<JobEnvironment> = localEnvironment,
  now: () => number = Date.now,
  threads: HandlerThreadOptions = {},
) {
  const contexts = new Map<string, Promise<RunContext>>();
  const budget = makeConnectionBudget();
  const { handlerThreads, closeThreads } = sharedThreads(threads);
  const readFile = openFileReader(threads);
  const open = async (id: string): Promise<RunContext> => {
    const run = await ledger.readRun(id);
    if (run === undefined) throw new HaltError('RUN_UNKNOWN', `no run ${id}`);
    const environment = { ...(await environmentOf(run)), handlerThreads, readFile };
    return openRunContext(run, environment, now, budget, ledger);
  };
  const close = async (ids: Iterable<string>): Promise<void> => {
    const closing = [...ids].map((id) => contexts.get(id));
    for (const id of ids) contexts.delete(id);
    const opened = await Promise.allSettled(closing);
    await Promise.all(opened.map((entry) => entry.status === 'fulfilled' && entry.value?.close()));
  };
  return {
    contextOf(id: string): Promise<RunContext> {
      const context = contexts.get(id) ?? open(id);
      // Moved to the end: the first are the least recently used.
      contexts.delete(id);
      contexts.set(id, context);
      context.catch(() => contexts.delete(id));
      return context;
    },
    /** Closes all but the `count` most recently used. Only while none is in use. */
    keepLast: (count: number) => close([...contexts.keys()].slice(0, Math.max(0, contexts.size - count))),
    async close() {
      await close([...contexts.keys()]);
      await closeThreads();
    },
  };
}

/** All runs of a process share its threads, which the first with a handler file opens. */
function sharedThreads(options: HandlerThreadOptions) {
  let opening: Promise<HandlerThreads> | undefined;
  const open = async () => {
    const { openHandlerThreads } = await import('../extract/handlers/thread/handler-threads.ts');
    return openHandlerThreads(options);
  };
  return {
    handlerThreads(): Promise<HandlerThreads> {
      opening ??= open();
      return opening;
    },
    async closeThreads() {
      await (await opening)?.close();
    },
  };
}
