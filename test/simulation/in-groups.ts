import { getDomain } from 'tldts';
import { groupsByAddress, groupsByDomain, type PaceGroups } from '../../shared/engine/turns/pace-groups.ts';
import type { Variant } from './scenario.ts';

/** Names that share an address, and answer with another one first each time. */
function lookupOf(): Parameters<typeof groupsByAddress>[0]['lookup'] {
  let asked = 0;
  return (name, _, done) => {
    asked += 1;
    const shared = name.startsWith('h2') ? '10.0.0.9' : '10.0.0.1';
    const others = [{ address: `10.0.1.${asked % 7}`, family: 4 }];
    done(null, [...(asked % 2 === 0 ? others : []), { address: shared, family: 4 }]);
  };
}

const byDomain = (): PaceGroups => groupsByDomain((name) => getDomain(name));

/** The hosts are those of one site; every third run paces each of them by itself. */
export function inGroups(seed: number): Variant {
  const isByAddress = seed % 3 === 0;
  return (scenario) => {
    const isAlone = (run: string) => scenario.runs.findIndex(({ id }) => id === run) === 1;
    const groupsOf = (run: string) => {
      if (isAlone(run)) return undefined;
      return isByAddress
        ? groupsByAddress({ startedAt: 0, lookup: lookupOf() ?? (() => undefined) })
        : byDomain();
    };
    // What an address is that several processes claimed at once is known to the ledger alone.
    const nameOf = (run: string) => (isAlone(run) || isByAddress ? undefined : 'site.test');
    return { ...scenario, pacing: { groupsOf, nameOf } };
  };
}
