import type { Draw } from '../../coordination/ports.ts';
import type { Batch } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import { frontierOf } from './frontier.ts';

export type BatchOfDraws = Batch & Required<Pick<Batch, 'draws'>>;

export function hasDraws(batch: Batch): batch is BatchOfDraws {
  return batch.draws !== undefined;
}

/** A batch of draws with what was drawn for it. */
export interface Drawn {
  /** Its requests have places of `maxPages`. */
  batch: Batch;
  /** The visits that end those for which there was no place. */
  refused: Visit[];
}

/**
 * What is drawn for the batch, by this holder or one before it; `undefined` where the batch is done meanwhile. Once no place is left, the
 * other batches that draw need not wait for their turns: the run would go on for hours without fetching anything.
 */
export async function drawBest(
  { ledger, queue }: Pick<Engine, 'ledger' | 'queue'>,
  { job, limits }: Pick<RunContext, 'job' | 'limits'>,
  batch: BatchOfDraws,
): Promise<Drawn | undefined> {
  const { run, id, host, draws } = batch;
  const { maxPages } = job.limits;
  const draw = await frontierOf(ledger).drawFromFrontier({
    run,
    batch: id,
    host,
    count: draws.count,
    maxPages,
  });
  if (draw === undefined) return undefined;
  if (draw.isFull) {
    limits.granted('pages', id, 1, 0);
    await queue.hastenDraws?.(run);
  }
  return withDraw(batch, draw);
}

/**
 * The batch of a cancelled run with all that it was to fetch, of which nothing takes a place: its job may be unusable. A batch that is
 * done meanwhile stays without.
 */
export async function drawToCancel({ ledger }: Pick<Engine, 'ledger'>, batch: BatchOfDraws): Promise<Batch> {
  const { run, id, host, draws } = batch;
  const call = { run, batch: id, host, count: draws.count, maxPages: 0 };
  const { granted, refused } = (await frontierOf(ledger).drawFromFrontier(call)) ?? {
    granted: [],
    refused: [],
  };
  return { ...batch, requests: [...granted, ...refused] };
}

function withDraw({ draws: _, ...batch }: BatchOfDraws, { granted, refused }: Draw): Drawn {
  return {
    batch: { ...batch, requests: granted },
    refused: refused.map((request) => makeVisit(request, { end: 'skipped', code: 'LIMIT_PAGES' })),
  };
}
