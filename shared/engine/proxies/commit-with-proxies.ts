import type { Commit, CommitAnswer, Ledger } from '../../coordination/ports.ts';
import { sumOf } from '../counts.ts';
import type { RunProxies } from './run-proxies.ts';

/** Commits the batch, and with it what passed through proxies since the last commit of this process. */
export async function commitWithProxies(
  ledger: Pick<Ledger, 'commit'>,
  commit: Commit,
  proxies: RunProxies,
): Promise<CommitAnswer> {
  const used = proxies.take();
  try {
    const answer = await ledger.commit({ ...commit, counts: sumOf(commit.counts, used) });
    if (answer.state !== 'done') proxies.putBack(used);
    return answer;
  } catch (error) {
    proxies.putBack(used);
    throw error;
  }
}
