import { type HostWait, hostWaitOf } from '../../coordination/host-wait.ts';
import type { Batch } from '../../model.ts';
import type { Database } from './database.ts';
import { toHost } from './host-records.ts';

/** The hosts that are left alone for now and for which the run has messages, by host. All messages are read, if any host is left alone. */
export function hostWaits(database: Database, run: string, now: number): HostWait[] {
  const waits = database
    .prepare('SELECT * FROM hosts WHERE delayed_until > ? ORDER BY host')
    .all(now)
    .flatMap((row) => hostWaitOf(String(row['host']), toHost(row), now) ?? []);
  if (waits.length === 0) return [];
  const wanted = hostsOf(database, run);
  return waits.filter(({ host }) => wanted.has(host));
}

/** Of batches, and of their requests: those of a pace group have hosts of their own, each with its breaker. */
function hostsOf(database: Database, run: string): Set<string> {
  const messages = database.prepare('SELECT body FROM messages WHERE run = ?').all(run);
  return new Set(
    messages.flatMap(({ body }) => {
      const { host, requests } = JSON.parse(String(body)) as Batch;
      return [host, ...requests.flatMap(({ url }) => URL.parse(url)?.host ?? [])];
    }),
  );
}
