import { setTimeout as sleep } from 'node:timers/promises';
import type { Breaker } from '../../coordination/ports.ts';
import { breakMs, pausesLeft } from '../../fetch/breaker-schedule.ts';
import type { TimedJob } from '../../job/fetch-timeout.ts';
import type { Batch } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { digestOf } from '../ids.ts';
import type { RunContext } from '../run-context.ts';

/** The longest delay of SQS. */
const maxDelayMs = 900_000;
/** A trial without a result by then is given to another: its process died, or its run was paused. */
const trialMs = 60_000;
/** How often a batch that waits in its process looks for the result. */
const lookMs = 2_000;

export interface TrialOf {
  /** What is tried: a host, or the job's proxies. */
  name: string;
  /** What is known of it, and `readBreaker` what is known some time later. */
  breaker: Breaker | undefined;
  readBreaker(): Promise<Breaker | undefined>;
  /** How long the batch may wait in this process, milliseconds. */
  waitMs: number;
}

/**
 * Whether the batch may try what was left alone, once the pause is over: `undefined` if so, else when it comes back (epoch ms).
 *
 * On this machine all may, since waiting costs nothing. On AWS, where each delivery is billed, one request of a run does, that of the
 * batch which comes first; the others wait for the result, first in their functions, then in the queue until the breaker
 * has closed or given up for certain. So an outage costs each of them one delivery, however many pauses it has.
 */
export async function waitForTrial(
  engine: Engine,
  job: TimedJob,
  batch: Pick<Batch, 'run' | 'requests'>,
  { name, breaker, readBreaker, waitMs }: TrialOf,
): Promise<number | undefined> {
  if (engine.endsAt === undefined) return undefined;
  const waitUntil = engine.now() + waitMs;
  for (let known = breaker; known !== undefined && known.opens > 0; known = await readBreaker()) {
    if (await isOwnTrial(engine, job, name, batch, known)) return undefined;
    if (engine.now() + lookMs > waitUntil || engine.stopping.aborted) return endOfPauses(engine, job, known);
    await sleep(lookMs);
  }
  return undefined;
}

/** The trial after each pause is that of the request which asks first, in whatever batch it is by then. */
async function isOwnTrial(
  { ledger, now }: Engine,
  { politeness }: TimedJob,
  name: string,
  { run, requests }: Pick<Batch, 'run' | 'requests'>,
  { opens, at }: Breaker,
): Promise<boolean> {
  const overdueMs = now() - at - breakMs(opens, politeness.maxDelayMs);
  const number = Math.max(0, Math.floor(overdueMs / trialMs));
  const key = digestOf(JSON.stringify(['trial', name, at, number]));
  const candidates = requests.map(({ url }) => digestOf(url));
  const [owner = ''] = await ledger.admit(run, candidates[0] ?? '', [{ key }]);
  return candidates.includes(owner);
}

/** By then the breaker has closed, or opened for the last time, even if each trial takes as long as it may. */
function endOfPauses({ now }: Engine, { politeness, fetch }: TimedJob, { opens, at }: Breaker): number {
  const { count, sumMs } = pausesLeft(opens, politeness.maxDelayMs);
  return Math.min(at + sumMs + count * fetch.timeoutMs, now() + maxDelayMs);
}

/** When the batch comes back if no proxy of the job can be used now: epoch ms. */
export async function waitForProxies(
  engine: Engine,
  { job, proxies }: RunContext,
  batch: Pick<Batch, 'run' | 'requests'>,
): Promise<number | undefined> {
  const cooling = proxies?.cooling();
  if (cooling === undefined) return undefined;
  const { until, ...breaker } = cooling;
  const readBreaker = async () => breaker;
  return (
    (await waitForTrial(engine, job, batch, { name: 'proxies', breaker, readBreaker, waitMs: 0 })) ?? until
  );
}
