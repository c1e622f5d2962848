import { type HostWait, hostWaitOf } from '../../shared/coordination/host-wait.ts';
import type { Ledger } from '../../shared/coordination/ports.ts';
import type { Json, Run } from '../../shared/model.ts';

/** Each costs a read. */
const maxRead = 20;

/**
 * The hosts that are left alone for now, of those which the sources of the run's job name: the messages of a queue cannot be looked through for
 * others.
 */
export async function hostWaits(ledger: Pick<Ledger, 'readHost'>, { job }: Run): Promise<HostWait[]> {
  const sources =
    typeof job === 'object' && job !== null && !Array.isArray(job) ? (job['sources'] ?? null) : null;
  const hosts = [...new Set(textsIn(sources).flatMap(hostIn))].slice(0, maxRead);
  const waits = await Promise.all(
    hosts.map(async (host) => hostWaitOf(host, await ledger.readHost(host), Date.now())),
  );
  return waits.filter((wait) => wait !== undefined);
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function hostIn(text: string): string[] {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  return url === null ? [] : [url.host];
}
