import type { Batch } from '../../model.ts';
import { digestOfOrigin } from '../../sessions/sealed-session.ts';
import type { BatchSessions } from './batch-sessions.ts';
import { fingerprintKnown } from './process-session.ts';
import type { RunSessions } from './run-sessions.ts';

type Vouched = Record<string, string>;

/**
 * What the process that opened the sessions of a batch says of them to one that does not know their secrets: by which settings each was
 * made, also of those of a pool that were passed over for the one that is open.
 */
export function vouchersOf(
  sessions: RunSessions,
  { id, host, requests }: Pick<Batch, 'id' | 'host' | 'requests'>,
  opened: BatchSessions,
): Vouched {
  const vouched: Vouched = {};
  for (const request of requests) {
    const pool = sessions.of(request);
    if (pool === undefined) continue;
    const first = pool.seatOf(request, id);
    const last = opened.of(request)?.seat ?? first;
    const steps = ((last - first + pool.size) % pool.size) + 1;
    for (let step = 0; step < steps; step += 1) {
      const session = pool.at((first + step) % pool.size, host);
      vouched[session.name] = digestOfOrigin(sessions.key, session.key, fingerprintKnown(session));
    }
  }
  return vouched;
}
