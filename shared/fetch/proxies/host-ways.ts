import { setNewest } from '../connections/set-newest.ts';
import type { NamedProxy } from './proxy.ts';

/** Which proxies lately led to which host, so that what is wrong with a host is not held against its proxies. */
export interface HostWays {
  /**
   * The host was not reached by the proxy, or its answer was lost. Returns whether that is the host's fault: `enough`
   * proxies say the same, and it has answered none for a while.
   */
  closed(host: string, proxy: NamedProxy, enough: number): boolean;
  /** The host has answered: returns the proxies that were of another opinion since it last did. */
  answered(host: string): NamedProxy[];
  /** Whether the proxy did not lead to the host a short while ago. */
  isClosed(host: string, proxy: NamedProxy): boolean;
}

const avoidForMs = 60_000;
/** A host that answered so lately is well: several proxies fail at once where many requests are under way. */
const wellForMs = 10_000;
const maxHosts = 10_000;

interface Ways {
  /** When each did not lead there: epoch ms. */
  closedAt: Map<NamedProxy, number>;
  /** Those of them that are not explained yet. */
  doubtful: Set<NamedProxy>;
  /** Epoch ms of its last answer. */
  answeredAt: number;
}

export function makeHostWays(now: () => number): HostWays {
  const hosts = new Map<string, Ways>();
  const waysOf = (host: string): Ways => {
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const ways: Ways = { closedAt: new Map(), doubtful: new Set(), answeredAt: Number.NEGATIVE_INFINITY };
    setNewest(hosts, host, ways, maxHosts);
    return ways;
  };
  return {
    closed(host, proxy, enough) {
      const ways = waysOf(host);
      ways.closedAt.set(proxy, now());
      ways.doubtful.add(proxy);
      return ways.doubtful.size >= enough && now() - ways.answeredAt > wellForMs;
    },
    answered(host) {
      const ways = waysOf(host);
      ways.answeredAt = now();
      const doubtful = [...ways.doubtful];
      ways.doubtful.clear();
      return doubtful;
    },
    isClosed(host, proxy) {
      const at = hosts.get(host)?.closedAt.get(proxy);
      return at !== undefined && now() - at < avoidForMs;
    },
  };
}
