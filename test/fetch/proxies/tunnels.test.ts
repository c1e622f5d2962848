import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { nameProxies } from '../../../shared/fetch/proxies/proxy.ts';
import { makeTraffic } from '../../../shared/fetch/proxies/traffic.ts';
import { makeTunnelConnector } from '../../../shared/fetch/proxies/tunnel-connector.ts';
import { readProxyAddress } from '../../../shared/schema/proxy-address.ts';
import { localFetcher, serveHttp, serveHttp2 } from '../local-servers.ts';
import { type LocalProxy, type ProxyOptions, serveProxy } from './local-proxies.ts';

const schemes = ['http', 'https', 'socks5'] as const;
const credentials = 'ann:s3cret,w0rd%:/@';
const publicAddress = '93.184.215.14';

interface Way extends ProxyOptions {
  site?: string;
  resolve?: 'here' | 'proxy';
  arePublicOnly?: boolean;
  /** Addresses by name. */
  names?: Record<string, string[] | (() => string[])>;
  connectTimeoutMs?: number;
  userAndPassword?: string;
}

/** A fetcher of public hosts through a proxy that brings whoever asks for anything to `site`. */
async function through(scheme: (typeof schemes)[number], way: Way = {}) {
  const { site = 'http://127.0.0.1:9', resolve = 'here', arePublicOnly = false, names = {}, ...rest } = way;
  const { connectTimeoutMs = 30_000, userAndPassword = credentials, ...options } = rest;
  const leadsTo = () => ({ host: '127.0.0.1', port: Number(new URL(site).port) });
  const proxy = await serveProxy(scheme, { credentials, leadsTo, ...options });
  const traffic = makeTraffic();
  const fetcher = localFetcher({
    network: 'public',
    connectTimeoutMs,
    lookup: lookupOf({ 'site.example': [publicAddress], ...names }),
    proxying: { arePublicOnly, resolve, traffic, makeConnector: makeTunnelConnector },
  });
  const through = named(proxy, userAndPassword);
  return { proxy, traffic, fetch: (url: string) => fetcher.fetch({ url }, { proxy: through }), fetcher };
}

function named({ url }: LocalProxy, userAndPassword: string) {
  const [user = '', password = ''] = userAndPassword.split(/:(.*)/s);
  const who = userAndPassword === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const address = readProxyAddress(url.replace('://', `://${who}`));
  if ('fault' in address) throw new Error(address.fault);
  const [proxy] = nameProxies([address]);
  if (proxy === undefined) throw new Error('no proxy');
  return proxy;
}

function lookupOf(names: Required<Way>['names']): LookupFunction {
  return (host, _options, callback) => {
    const given = names[host] ?? [];
    const addresses = typeof given === 'function' ? given() : given;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    callback(null, found);
  };
}

const plainSite = () => serveHttp((request, response) => void response.end(`host ${request.headers.host}`));

describe.each(schemes)('through a proxy of %s', (scheme) => {
  it('http is asked of the address that was checked, in a tunnel, by user and password', async () => {
    const { fetch, proxy } = await through(scheme, { site: await plainSite() });
    const answer = await fetch('http://site.example/a');
    expect(Buffer.from(answer.body).toString()).toBe('host site.example');
    expect(proxy.asked).toEqual([`${publicAddress}:80`]);
    expect(proxy.credentials).toEqual([credentials]);
  });

  it('https is verified by name, and may be HTTP/2', async () => {
    const site = await serveHttp2((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(`${stream.session?.alpnProtocol}`);
    });
    const names = { localhost: [publicAddress], 'other.example': [publicAddress] };
    const { fetch, proxy } = await through(scheme, { site, names });
    expect(Buffer.from((await fetch('https://localhost/')).body).toString()).toBe('h2');
    expect(proxy.asked).toEqual([`${publicAddress}:443`]);
    await expect(fetch('https://other.example/')).rejects.toMatchObject({ code: 'TLS_FAILED' });
  });

  it('bytes are counted as they are on the wire', async () => {
    const site = await serveHttp((_request, response) => void response.end('x'.repeat(200_000)));
    const { fetch, proxy, traffic, fetcher } = await through(scheme, { site });
    await fetch('http://site.example/');
    const first = traffic.take();
    await fetch('http://site.example/again');
    await fetcher.close();
    while (proxy.openConnections() > 0) await sleep(1);
    const all = first + traffic.take();
    expect(first).toBeGreaterThan(200_000);
    // The last message of TLS may cross the end of the connection.
    expect(Math.abs(proxy.bytes() - all)).toBeLessThan(100);
  });

  it('an IPv6 address is asked for in the form of the protocol, after those of IPv4', async () => {
    const site = await plainSite();
    const names = {
      'six.example': ['2606:2800:21f::1'],
      'both.example': ['2606:2800:21f::1', publicAddress],
    };
    const { fetch, proxy } = await through(scheme, { site, names });
    await fetch('http://six.example/');
    await fetch('http://both.example/');
    await fetch('http://[2606:2800:21f::2]:81/');
    const full = (end: string) =>
      scheme === 'socks5' ? `2606:2800:021f:0000:0000:0000:0000:000${end}` : `2606:2800:21f::${end}`;
    expect(proxy.asked).toEqual([`[${full('1')}]:80`, `${publicAddress}:80`, `[${full('2')}]:81`]);
  });

  it.each([
    ['a private address', 'http://10.1.2.3/', {}],
    ['the metadata address', 'http://169.254.169.254/latest/meta-data/', {}],
    ['loopback, written otherwise', 'http://2130706433/', {}],
    ['loopback of IPv6', 'http://[::1]/', {}],
    ['loopback in IPv6', 'http://[::ffff:127.0.0.1]/', {}],
    ['a name of a private address', 'http://inner.example/', { 'inner.example': ['192.168.0.1'] }],
    [
      'a name one of whose addresses is private',
      'https://mixed.example/',
      { 'mixed.example': [publicAddress, '10.0.0.1'] },
    ],
  ])('%s is refused, and the proxy is not asked', async (_, url, names) => {
    const { fetch, proxy } = await through(scheme, { site: await plainSite(), names });
    await expect(fetch(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(proxy.asked).toEqual([]);
    expect(proxy.openConnections()).toBe(0);
  });

  it('a name that changes its answer leads nowhere else: the address that was checked is asked for', async () => {
    const answers = [[publicAddress], ['127.0.0.1']];
    const names = { 'rebinding.example': () => answers.shift() ?? ['127.0.0.1'] };
    const { fetch, proxy } = await through(scheme, { site: await plainSite(), names });
    await fetch('http://rebinding.example/');
    expect(proxy.asked).toEqual([`${publicAddress}:80`]);
  });

  it('names are the proxy’s to resolve only where that is written out, addresses and its own machine not even then', async () => {
    const { fetch, proxy } = await through(scheme, { site: await plainSite(), resolve: 'proxy' });
    await fetch('http://anywhere.example/');
    expect(proxy.asked).toEqual(['anywhere.example:80']);
    for (const url of [
      'http://127.0.0.1/',
      'http://localhost/',
      'http://a.localhost:81/',
      'http://[fd00::1]/',
    ]) {
      await expect(fetch(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
    expect(proxy.asked).toHaveLength(1);
  });

  it('a proxy at a private address is refused where the job does not allow it', async () => {
    const { fetch, proxy } = await through(scheme, { site: await plainSite(), arePublicOnly: true });
    await expect(fetch('http://site.example/')).rejects.toMatchObject({ code: 'PROXY_PRIVATE' });
    expect(proxy.openConnections()).toBe(0);
  });

  it.each([
    ['a wrong password', { userAndPassword: 'ann:wr0ng' }, 'PROXY_AUTH'],
    ['no password', { userAndPassword: '' }, 'PROXY_AUTH'],
    // Whoever has told a proxy where it is to lead cannot tell whether it or the host is silent.
    [
      'a proxy that closes connections',
      { fault: 'dead' },
      scheme === 'socks5' ? 'PROXY_FAILED' : 'PROXY_REFUSED',
    ],
    ['a proxy that answers garbage', { fault: 'garbage' }, 'PROXY_FAILED'],
    [
      'a proxy that answers nothing',
      { fault: 'hangs', connectTimeoutMs: 100 },
      scheme === 'socks5' ? 'PROXY_FAILED' : 'PROXY_REFUSED',
    ],
    ['a refusal', { fault: scheme === 'socks5' ? 2 : 403 }, 'PROXY_REFUSED'],
    ['a host that the proxy does not reach', { fault: scheme === 'socks5' ? 4 : 502 }, 'PROXY_REFUSED'],
  ] as [string, Way, string][])('%s has a code of its own, and says no secret', async (_, way, code) => {
    const { fetch, proxy } = await through(scheme, { site: await plainSite(), ...way });
    const error = await fetch('http://site.example/').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(textsOf(error)).toContain(proxy.url);
    for (const secret of [
      's3cret',
      'wr0ng',
      Buffer.from(credentials).toString('base64'),
      encodeURIComponent(credentials),
    ]) {
      expect(textsOf(error)).not.toContain(secret);
    }
  });

  it('a way that ends before TLS is one that the proxy does not have', async () => {
    const names = { localhost: [publicAddress] };
    const { fetch } = await through(scheme, { names, fault: 'swallows', connectTimeoutMs: 100 });
    await expect(fetch('https://localhost/')).rejects.toMatchObject({ code: 'PROXY_REFUSED' });
  });

  it('an answer that the proxy cuts is no answer', async () => {
    const site = await serveHttp((_request, response) => void response.end('x'.repeat(2_000_000)));
    const { fetch } = await through(scheme, { site, fault: 'cuts' });
    await expect(fetch('http://site.example/')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

/** Message, stack and all causes. */
function textsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message}\n${error.stack}\n${textsOf(error.cause ?? '')}`;
}
