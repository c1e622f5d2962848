import { describe, expect, it } from 'vitest';
import { RetryError } from '../../../shared/errors.ts';
import { makeProxyChoice } from '../../../shared/fetch/proxies/choose-proxy.ts';
import { makeHostWays } from '../../../shared/fetch/proxies/host-ways.ts';
import { nameProxies } from '../../../shared/fetch/proxies/proxy.ts';
import { makeProxyHealth, type ProxyFailures } from '../../../shared/fetch/proxies/proxy-health.ts';

const proxiesOf = (count: number) =>
  nameProxies(
    Array.from({ length: count }, (_, index) => ({ scheme: 'http', hostname: `p${index}`, port: 1 })),
  );
const [first, second, third] = proxiesOf(3) as [never, never, never];

function setting(shared?: Parameters<typeof makeProxyHealth>[1]) {
  let at = 1_000_000;
  const clock = () => at;
  return {
    health: makeProxyHealth(clock, shared),
    ways: makeHostWays(clock),
    pass: (ms: number) => {
      at += ms;
    },
  };
}

describe('makeProxyHealth', () => {
  it('leaves a proxy alone for 10 s, then twice as long each time, and for ten minutes at most', async () => {
    const { health, pass } = setting();
    const pauses: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      await health.failed(first);
      // Requests that were under way with it fail as well.
      await health.failed(first);
      let seconds = 0;
      for (; !health.isUsable(first); seconds += 1) pass(1_000);
      pauses.push(seconds);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600]);
    await health.answered(first);
    await health.failed(first);
    pass(10_000);
    expect(health.isUsable(first)).toBe(true);
  });

  it('says that all are down after six pauses, and before that until when they are left alone', async () => {
    const { health, pass } = setting();
    for (let count = 0; count < 6; count += 1) {
      await health.failed(first);
      expect(health.outage([first])).toMatchObject({ is: 'cooling' });
      pass(600_000);
    }
    await health.failed(first);
    expect(health.outage([first])).toMatchObject({ is: 'down', until: 1_000_000 + 7 * 600_000 });
    expect(health.outage([first, second])).toMatchObject({ is: 'cooling' });
  });

  it('counts what a proxy lost three times in a row, and once where it was left alone before', async () => {
    const { health, pass } = setting();
    await health.lost(first);
    await health.lost(first);
    await health.answered(first);
    await health.lost(first);
    await health.lost(first);
    expect(health.isUsable(first)).toBe(true);
    await health.lost(first);
    expect(health.isUsable(first)).toBe(false);
    pass(10_000);
    await health.lost(first);
    expect(health.isUsable(first)).toBe(false);
  });

  it('a wrong password is no outage that passes', async () => {
    const { health } = setting();
    const error = new RetryError('PROXY_AUTH', 'p0 does not take it');
    health.unusable(first, error);
    expect(health.outage([first])).toMatchObject({ is: 'unusable', error });
    await health.failed(second);
    expect(health.outage([first, second])).toMatchObject({ is: 'cooling' });
  });

  it('processes tell each other, and ask once a minute', async () => {
    const kept = new Map<string, ProxyFailures>();
    let reads = 0;
    const shared = {
      read: async (name: string) => {
        reads += 1;
        return kept.get(name);
      },
      write: async (name: string, failures: ProxyFailures) => void kept.set(name, failures),
    };
    const [one, other] = [setting(shared), setting(shared)];
    await one.health.failed(first);
    await other.health.learn(first);
    await other.health.learn(first);
    expect(other.health.isUsable(first)).toBe(false);
    expect(reads).toBe(1);
    one.pass(10_000);
    await one.health.answered(first);
    expect(kept.get('http://p0:1')?.opens).toBe(0);
  });
});

describe('makeHostWays', () => {
  it('believes three proxies of a host that has not answered for a while, and none before', () => {
    const { ways, pass } = setting();
    expect([first, second, third].map((proxy) => ways.closed('h', proxy, 3))).toEqual([false, false, true]);
    expect(ways.answered('h')).toEqual([first, second, third]);
    expect([first, second, third].map((proxy) => ways.closed('h', proxy, 3))).toEqual([false, false, false]);
    pass(10_001);
    expect(ways.closed('h', first, 3)).toBe(true);
    expect(ways.closed('other', first, 3)).toBe(false);
  });

  it('keeps away from a way that was closed, for a minute', () => {
    const { ways, pass } = setting();
    ways.closed('h', first, 3);
    expect([ways.isClosed('h', first), ways.isClosed('h', second), ways.isClosed('i', first)]).toEqual([
      true,
      false,
      false,
    ]);
    pass(60_000);
    expect(ways.isClosed('h', first)).toBe(false);
  });
});

describe('makeProxyChoice', () => {
  const proxies = proxiesOf(10);
  const keys = Array.from({ length: 1_000 }, (_, index) => `host-${index}.example`);

  it('gives each key its proxy, evenly, and keeps those of all others when one is left out', () => {
    const choice = makeProxyChoice();
    const chosen = new Map(keys.map((key) => [key, choice.for(key, proxies)]));
    const counts = proxies.map((proxy) => keys.filter((key) => chosen.get(key) === proxy).length);
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(200);
    const [gone, ...rest] = proxies;
    const moved = keys.filter((key) => choice.for(key, rest) !== chosen.get(key));
    expect(moved).toEqual(keys.filter((key) => chosen.get(key) === gone));
  });

  it('gives one after the other where nothing keeps its own', () => {
    const choice = makeProxyChoice(() => 0);
    const given = Array.from({ length: 20 }, () => choice.next(proxies));
    expect(new Set(given.slice(0, 10)).size).toBe(10);
    expect(given.slice(10)).toEqual(given.slice(0, 10));
    expect(choice.next([])).toBeUndefined();
  });
});
