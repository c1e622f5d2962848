import { type DropError, RetryError } from '../../errors.ts';
import { makeFetchError } from '../fetch-error.ts';
import type { HostWays } from './host-ways.ts';
import type { NamedProxy } from './proxy.ts';
import type { ProxyHealth } from './proxy-health.ts';
import { NoReplyError } from './read-reply.ts';

export type FetchError = RetryError | DropError;

/** What a failure through a proxy means for the request. */
export interface Judgement {
  /**
   * `unsent`: nothing reached the host, so that another proxy may be asked. `doubtful`: the same, and it may be the host's
   * own fault. `final`: the request may have reached the host.
   */
  is: 'unsent' | 'doubtful' | 'final';
  error: FetchError;
}

/** An answer did not come whole; whether host or proxy is at fault, it does not say. */
const lostCodes = new Set<string>([
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'TIMEOUT',
  'CONNECTION_LOST',
  'RESPONSE_INVALID',
  'BODY_CORRUPT',
]);
/** Of the host's name, or of the request: no proxy was asked. */
const codesWithoutProxy = new Set<string>([
  'DNS_FAILED',
  'ADDRESS_REFUSED',
  'CONNECT_TIMEOUT',
  'URL_INVALID',
  'REQUEST_INVALID',
]);

/** How many proxies say that a host is down before it is believed, where there are as many. */
const maxOpinions = 3;

export interface Judge {
  answered(host: string, proxy: NamedProxy): Promise<void>;
  /** `candidates`: how many proxies the request may go through. */
  judge(error: FetchError, host: string, proxy: NamedProxy, candidates: number): Promise<Judgement>;
}

/**
 * Tells faults of proxies from those of hosts: what several proxies say of a host, without an answer of it for a while, is
 * the host's; where it answers through another one, it was the proxy's.
 */
export function makeJudge(health: ProxyHealth, ways: HostWays): Judge {
  const answered = async (host: string, proxy: NamedProxy): Promise<void> => {
    const mistaken = ways.answered(host).filter((other) => other !== proxy);
    await health.answered(proxy);
    for (const other of mistaken) await health.lost(other);
  };
  /** Whether it is the host's fault. */
  const closed = async (host: string, proxy: NamedProxy, candidates: number): Promise<boolean> => {
    // Nothing will ever show that it was not the only one.
    if (candidates < 2) await health.lost(proxy);
    const isHosts = ways.closed(host, proxy, Math.min(candidates, maxOpinions));
    return isHosts && candidates > 1;
  };
  return {
    answered,
    async judge(error, host, proxy, candidates) {
      const { code } = error;
      if (codesWithoutProxy.has(code)) return { is: 'final', error };
      // A proxy that has led nowhere yet, and says nothing, is no witness of hosts.
      const isSilent = error.cause instanceof NoReplyError && !health.hasAnswered(proxy);
      if (code === 'PROXY_FAILED' || isSilent) {
        await health.failed(proxy);
        return { is: 'unsent', error };
      }
      if (code === 'PROXY_AUTH' || code === 'PROXY_PRIVATE') {
        health.unusable(proxy, error);
        return { is: 'unsent', error };
      }
      if (code === 'TLS_FAILED') {
        return { is: (await closed(host, proxy, candidates)) ? 'final' : 'doubtful', error };
      }
      if (code === 'PROXY_REFUSED') {
        if (!(await closed(host, proxy, candidates))) return { is: 'unsent', error };
        const message = `${host}: several proxies do not lead to it: ${error.message}`;
        return { is: 'final', error: makeFetchError('CONNECT_FAILED', message, { cause: error }) };
      }
      if (lostCodes.has(code)) {
        if (await closed(host, proxy, candidates)) return { is: 'final', error };
        const message = `${proxy.name}: ${error.message}`;
        return { is: 'final', error: new RetryError('PROXY_LOST', message, { cause: error }) };
      }
      await answered(host, proxy);
      return { is: 'final', error };
    },
  };
}
