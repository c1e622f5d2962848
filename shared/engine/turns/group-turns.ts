import type { SlotRequest } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { type OwnTurn, sleepUntil, type Turn, type Turns, takeOneTurn } from './pace.ts';

type Clock = Pick<Engine, 'ledger' | 'now'>;

/**
 * The turns of a pace group's batch. Each is taken on the clock of the request's host as well, for which another job may have another
 * group: so requests to one host stay a gap apart whoever asks. A turn for which its host has no time is forfeited.
 */
export function onHostsToo(turns: Turns, engine: Clock, gapMs: number): Turns {
  return {
    async next(remaining, signal, request) {
      for (;;) {
        const turn = await turns.next(remaining, signal);
        if (request === undefined || turn === 'aborted' || 'busyUntil' in turn) return turn;
        const own = await alsoOnHost(engine, hostOf(request.url), gapMs, turn, signal);
        const isWorthTheNext =
          own !== 'aborted' && 'busyUntil' in own && own.busyUntil <= engine.now() + gapMs;
        if (!isWorthTheNext) return own;
      }
    },
    returnTurns: () => turns.returnTurns(),
  };
}

/** The host's turn within the group's, which lasts until `turn.startBy`. */
async function alsoOnHost(
  { ledger, now }: Clock,
  host: string,
  gapMs: number,
  turn: OwnTurn,
  signal: AbortSignal | undefined,
): Promise<Turn> {
  // Without a gap nothing is reserved, and only a turn of another job is waited for.
  const leftMs = gapMs === 0 ? 0 : Math.max(0, Math.floor(turn.startBy - now()));
  const horizonMs = gapMs === 0 ? maxFreeWaitMs : leftMs;
  const answer = await ledger.reserveSlots({ host, count: 1, gapMs, slackMs: leftMs, horizonMs });
  if (answer.state === 'busy') return { busyUntil: answer.until };
  try {
    await sleepUntil(answer.slots.firstAt, now, signal);
  } catch (error) {
    if (signal?.aborted) return 'aborted';
    throw error;
  }
  return turn;
}

/** How long a job without a gap waits in place for a host that another job has reserved. */
const maxFreeWaitMs = 1_000;

/**
 * Takes a turn that belongs to no batch (`takeOneTurn`) where the job's paces are: on the clock of the host's group and on that of
 * the host.
 */
export async function takePacedTurn(
  engine: Clock,
  { paceGroups }: Pick<RunContext, 'paceGroups'>,
  request: Pick<SlotRequest, 'host' | 'gapMs' | 'horizonMs'>,
  signal?: AbortSignal,
): Promise<OwnTurn | { busyUntil: number }> {
  if (paceGroups === undefined) return takeOneTurn(engine, request, signal);
  const { host, gapMs } = request;
  const clock = await paceGroups.clockOf(engine.ledger, host);
  for (;;) {
    const turn = await takeOneTurn(engine, { ...request, host: clock, hasWholeSlack: true }, signal);
    if ('busyUntil' in turn) return turn;
    const own = await alsoOnHost(engine, host, gapMs, turn, signal);
    if (own === 'aborted') throw signal?.reason;
    if (!('busyUntil' in own) || own.busyUntil > engine.now() + gapMs) return own;
  }
}
