import { commitMarginMs } from '../../deployment/worker-times.ts';
import { DropError, RetryError } from '../../errors.ts';
import { errorOfStatus } from '../../fetch/answer/status-error.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import type { SessionContext } from '../sessions/log-in-once.ts';
import { takePacedTurn } from '../turns/group-turns.ts';
import { openRobotsGate } from '../turns/open-robots-gate.ts';
import { sleepUntil } from '../turns/pace.ts';
import { openGate, type RobotsGate } from '../turns/robots-gate.ts';
import type { ResourceManners } from './page-resources.ts';
import { type RenderAnswer, renderAnswers } from './render-answer.ts';

/** A page whose resources have no turn within this time is tried again. */
const maxWaitMs = 600_000;
/** A host that is busy is asked for a turn again at the latest after this time. */
const lookMs = 5_000;

/** What reads pages of the batch in a browser, of a job that wants that. */
export function rendersOf(
  engine: Engine,
  context: RunContext,
  sessions: BatchSessions | undefined,
): { render?: RenderAnswer } {
  if (context.rendering === undefined) return {};
  const render = renderAnswers(context, pacedResources(engine, context), {
    sessions,
    stopping: engine.stopping,
    leftMs: leftMsOf(engine),
  });
  return render === undefined ? {} : { render };
}

/** What of the time of a process is left for its pages, of one that is ended from outside. */
function leftMsOf({ endsAt, now }: Pick<Engine, 'endsAt' | 'now'>): (() => number) | undefined {
  return endsAt === undefined ? undefined : () => endsAt - commitMarginMs - now();
}

/** What logs in in a browser, of a job that wants that. */
export function loginsOf(engine: Engine, context: RunContext): Pick<SessionContext, 'logInInBrowser'> {
  if (context.rendering === undefined) return {};
  return {
    async logInInBrowser(toDo, ports) {
      const { logInInBrowser } = await import('./log-in-in-browser.ts');
      await logInInBrowser(context, pacedResources(engine, context), toDo, ports);
    },
  };
}

/** robots.txt and turns of whatever host a page asks, by the ledger that all processes share. */
function pacedResources(engine: Engine, context: RunContext): ResourceManners {
  const gates = new Map<string, Promise<RobotsGate | undefined>>();
  return {
    gateOf(url, session) {
      if (context.job.politeness.robots === 'ignore') return Promise.resolve(openGate);
      const { origin } = new URL(url);
      const known = gates.get(origin);
      if (known !== undefined) return known;
      const opening = openGateOf(engine, context, origin, session);
      gates.set(origin, opening);
      opening.catch(() => gates.delete(origin));
      return opening;
    },
    turnOf: (url, gate) => {
      const gapMs = Math.max(context.job.politeness.gapMs, gate.crawlDelayMs);
      const { horizonMs } = engine.limits;
      return withoutWaitingLong(url, engine, () =>
        takePacedTurn(engine, context, { host: hostOf(url), gapMs, horizonMs }),
      );
    },
    async heedPause({ url, status, headers }) {
      const error = errorOfStatus(url, status, headers, engine.now());
      const { retryAt } = error instanceof RetryError ? error : {};
      if (retryAt === undefined) return;
      // A page is not kept open for hours: a host that wants to be left alone for longer has to say it again.
      const until = Math.min(retryAt, engine.now() + context.job.politeness.maxDelayMs);
      await engine.ledger.delayHost(hostOf(url), until);
    },
  };
}

async function openGateOf(
  engine: Engine,
  context: RunContext,
  origin: string,
  session: string | undefined,
): Promise<RobotsGate | undefined> {
  const wanted = { origin, ...(session === undefined ? {} : { session }) };
  try {
    return await withoutWaitingLong(origin, engine, async () =>
      openRobotsGate(engine, context, wanted, await engine.ledger.readHost(hostOf(origin))),
    );
  } catch (error) {
    const isOfHost =
      error instanceof DropError || (error instanceof RetryError && error.code !== 'RENDER_TIMEOUT');
    if (isOfHost) return undefined;
    throw error;
  }
}

/** Asks until the host has a turn. */
async function withoutWaitingLong<T extends object>(
  url: string,
  engine: Engine,
  take: () => Promise<T | { busyUntil: number }>,
): Promise<T> {
  const { now } = engine;
  const until = now() + Math.min(maxWaitMs, leftMsOf(engine)?.() ?? maxWaitMs);
  for (;;) {
    const taken = await take();
    if (!('busyUntil' in taken)) return taken;
    if (now() > until) {
      throw new RetryError('RENDER_TIMEOUT', `${url}: no turn of its host in time`);
    }
    await sleepUntil(Math.min(taken.busyUntil, now() + lookMs), now);
  }
}
