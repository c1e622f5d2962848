import { type Code, DropError, RetryError } from '../../errors.ts';
import type { ProxySettings } from '../../job/proxy-schema.ts';
import { sendAnyTime } from '../send-any-time.ts';
import type { Fetcher, FetchInTurn, FetchResult } from '../types.ts';
import { hostOf } from '../url.ts';
import { makeProxyChoice } from './choose-proxy.ts';
import { makeHostWays } from './host-ways.ts';
import { type FetchError, makeJudge } from './judge-failure.ts';
import type { NamedProxy } from './proxy.ts';
import type { ProxyHealth } from './proxy-health.ts';

export interface Routing extends Pick<ProxySettings, 'rotate' | 'direct'> {
  /** Those that all may use; none where only sessions have some. */
  proxies: readonly NamedProxy[];
  /** The proxy that a session has for itself. */
  ownOf(session: string): NamedProxy | undefined;
  health: ProxyHealth;
  now(): number;
  /** Called with the code of each request that a proxy did not bring to its answer. */
  onFault(code: Code): void;
}

type Request = Parameters<Fetcher['fetch']>[0];

/** Proxies that are asked for one request in one turn. */
const maxTries = 3;
/** After this time another one is worth another turn: functions have no time for two slow fetches in a row. */
const tryAgainWithinMs = 1_000;

/**
 * The fetcher with its requests sent through proxies. Where one opens no way, another is tried in the same turn, for
 * nothing has reached the host. Throws PROXY_… besides what the fetcher throws; PROXY_AUTH, PROXY_PRIVATE and
 * PROXIES_DOWN only where no proxy can be used and waiting does not help.
 */
export function routeThroughProxies(fetcher: Fetcher, routing: Routing): Fetcher {
  const { health, now, onFault } = routing;
  const ways = makeHostWays(now);
  const judge = makeJudge(health, ways);
  const choose = makeChooser(routing, ways);

  const fetchInTurn = async (request: Request, call: FetchInTurn): Promise<FetchResult | 'late'> => {
    const [host, startedAt] = [hostOf(request.url), now()];
    const candidates = candidatesOf(routing, call.session);
    const tried = new Set<NamedProxy>();
    for (let failure: FetchError | undefined; ; ) {
      const proxy = await choose(candidates, host, call.session, tried);
      if (proxy === 'direct') return fetcher.fetchInTurn(request, call);
      if (proxy === undefined) throw errorWithoutProxy(failure, candidates, health);
      try {
        const answer = await fetcher.fetchInTurn(request, { ...call, proxy });
        if (answer === 'late') return answer;
        await judge.answered(host, proxy);
        return { ...answer, proxy: proxy.name };
      } catch (error) {
        const isOfFetch = error instanceof RetryError || error instanceof DropError;
        if (!isOfFetch || call.signal?.aborted === true) throw error;
        const judged = await judge.judge(error, host, proxy, candidates.length);
        const isProxys = judged.is === 'unsent' || judged.error.code === 'PROXY_LOST';
        if (isProxys) onFault(judged.error.code);
        if (judged.is === 'final') throw judged.error;
        tried.add(proxy);
        failure = judged.error;
        const isInTime = now() - startedAt <= tryAgainWithinMs && now() <= call.startBy;
        if (!isInTime || tried.size >= maxTries) throw errorWithoutProxy(failure, candidates, health);
      }
    }
  };
  return { ...fetcher, fetchInTurn, fetch: sendAnyTime(fetchInTurn) };
}

function candidatesOf({ proxies, ownOf }: Routing, session: string | undefined): readonly NamedProxy[] {
  const own = session === undefined ? undefined : ownOf(session);
  return own === undefined ? proxies : [own];
}

type Chooser = (
  candidates: readonly NamedProxy[],
  host: string,
  session: string | undefined,
  tried: ReadonlySet<NamedProxy>,
) => Promise<NamedProxy | 'direct' | undefined>;

function makeChooser(
  { proxies, health, rotate, direct }: Routing,
  ways: ReturnType<typeof makeHostWays>,
): Chooser {
  const choice = makeProxyChoice();
  const pick = (usable: readonly NamedProxy[], host: string, session: string | undefined) => {
    const open = usable.filter((proxy) => !ways.isClosed(host, proxy));
    const preferred = open.length === 0 ? usable : open;
    if (session !== undefined) return choice.for(`session ${session}`, preferred);
    if (rotate === 'request') return choice.next(preferred);
    return choice.for(rotate === 'host' ? host : '', preferred);
  };
  return async (candidates, host, session, tried) => {
    if (candidates.length === 0) return 'direct';
    for (;;) {
      const usable = candidates.filter((proxy) => !tried.has(proxy) && health.isUsable(proxy));
      const proxy = pick(usable, host, session);
      if (proxy === undefined) {
        const mayGoDirectly = direct === 'fallback' && candidates === proxies;
        return mayGoDirectly && !candidates.some(health.isUsable) ? 'direct' : undefined;
      }
      await health.learn(proxy);
      if (health.isUsable(proxy)) return proxy;
    }
  };
}

/** The error of a request that no proxy brought to its host: its own, or that of all proxies. */
function errorWithoutProxy(
  failure: FetchError | undefined,
  candidates: readonly NamedProxy[],
  health: ProxyHealth,
): FetchError {
  if (candidates.some(health.isUsable)) {
    const isUnusable = failure?.code === 'PROXY_AUTH' || failure?.code === 'PROXY_PRIVATE';
    if (failure !== undefined && !isUnusable) return failure;
    return new RetryError('PROXY_FAILED', failure?.message ?? 'no proxy was tried', { cause: failure });
  }
  const { is, until, error } = health.outage(candidates);
  if (error !== undefined) return error;
  const again = new Date(until).toISOString();
  const message = `${describeAll(candidates)} until ${again}${failure === undefined ? '' : `: ${failure.message}`}`;
  return new RetryError(is === 'down' ? 'PROXIES_DOWN' : 'PROXY_FAILED', message, { retryAt: until });
}

function describeAll(candidates: readonly NamedProxy[]): string {
  const [only] = candidates;
  if (candidates.length === 1) return `${only?.name} is not used`;
  return `none of the ${candidates.length} proxies is used`;
}
