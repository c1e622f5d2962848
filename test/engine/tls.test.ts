import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compileJob } from '../../shared/engine/compile-job.ts';
import { openTls } from '../../shared/engine/open-tls.ts';
import { makeFetcher } from '../../shared/fetch/client.ts';
import { type TlsIdentity, tlsIdentitiesBy } from '../../shared/fetch/connections/tls-identity.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { TlsSettings } from '../../shared/job/tls-schema.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import {
  ca,
  clientCertificate,
  clientKey,
  encryptedKey,
  otherKey,
  serverCertificate,
  serverKey,
} from '../fetch/own-authority.ts';

const files = {
  'ca.pem': ca,
  'client.pem': clientCertificate,
  'client.key': clientKey,
  'encrypted.key': encryptedKey,
  'other.key': otherKey,
  'text.txt': 'no certificate',
  'damaged.pem': clientCertificate.replaceAll('MII', 'AAA'),
};

function folderOfFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spinneret-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

interface Seen {
  /** The subject of the client's certificate, if it showed one. */
  as: string | undefined;
  protocol: string;
  isResumed: boolean;
}

/** A server that asks for a client certificate, and with `isRequired` serves nobody without. */
async function serveAsked({ isRequired = true, http2 = false } = {}) {
  const connections: Seen[] = [];
  const options = {
    ...{ cert: serverCertificate, key: serverKey, ca, requestCert: true, rejectUnauthorized: isRequired },
    ...{ allowHTTP1: true, sessionIdContext: 'test' },
  };
  const listener = (_: unknown, response: { end(text: string): void }) => response.end('ok');
  const server = http2 ? createSecureServer(options, listener) : createServer(options, listener);
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connections.push({
      as: socket.getPeerCertificate().subject?.CN?.toString(),
      protocol: socket.alpnProtocol || 'http/1.1',
      isResumed: socket.isSessionReused(),
    });
  });
  server.on('tlsClientError', () => undefined);
  server.on('sessionError', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => (server as Server).close(done));
  });
  return { port: (server.address() as AddressInfo).port, connections };
}

/** All names are this machine. */
const lookup: LookupFunction = (_host, options, callback) => {
  const one = { address: '127.0.0.1', family: 4 };
  return options.all ? callback(null, [one]) : callback(null, one.address, one.family);
};

async function openFetcher(tls: TlsSettings, folder = folderOfFiles()) {
  const tlsOf = await openTls(tls, localFiles(folder), Date.now());
  const limits = { connectTimeoutMs: 5_000, headersTimeoutMs: 5_000, bodyTimeoutMs: 5_000 };
  const fetcher = makeFetcher({
    ...limits,
    ...{ timeoutMs: 10_000, maxBodyBytes: 1_000, network: 'allowPrivate', userAgent: 'test' },
    ...{ headersFor: () => ({}), lookup, tlsOf },
  });
  onTestFinished(() => fetcher.close());
  return fetcher;
}

const client = { ca: 'ca.pem', cert: 'client.pem', key: 'client.key' };

describe.each([false, true])('fetch.tls, with HTTP/2: %s', (http2) => {
  it('shows the client certificate to the hosts that are named, and to no other', async () => {
    const { port, connections } = await serveAsked({ isRequired: false, http2 });
    const fetcher = await openFetcher({ 'a.localhost': client, '*': { ca: 'ca.pem' } });
    for (const host of ['a.localhost', 'b.localhost', 'localhost', '127.0.0.1']) {
      expect((await fetcher.fetch({ url: `https://${host}:${port}/` })).status).toBe(200);
    }
    expect(connections.map(({ as }) => as)).toEqual(['client', undefined, undefined, undefined]);
    expect(new Set(connections.map(({ protocol }) => protocol))).toEqual(
      new Set([http2 ? 'h2' : 'http/1.1']),
    );
  });

  it('is let in by a server that serves nobody else', async () => {
    const { port } = await serveAsked({ http2 });
    const named = await openFetcher({ localhost: client });
    expect((await named.fetch({ url: `https://localhost:${port}/` })).status).toBe(200);
    const unnamed = await openFetcher({ localhost: { ca: 'ca.pem' } });
    await expect(unnamed.fetch({ url: `https://localhost:${port}/` })).rejects.toMatchObject({
      code: 'TLS_FAILED',
      // OpenSSL's own line names addresses and files of its source.
      message: expect.stringMatching(/: tlsv13 alert certificate required$/),
    });
  });

  it('trusts its own authorities for their hosts alone, and no others there', async () => {
    const { port } = await serveAsked({ isRequired: false, http2 });
    const own = await openFetcher({ 'a.localhost': { ca: 'ca.pem' } });
    expect((await own.fetch({ url: `https://a.localhost:${port}/` })).status).toBe(200);
    await expect(own.fetch({ url: `https://b.localhost:${port}/` })).rejects.toMatchObject({
      code: 'TLS_FAILED',
    });
    const other = await openFetcher({ 'a.localhost': { ca: 'client.pem' } });
    await expect(other.fetch({ url: `https://a.localhost:${port}/` })).rejects.toMatchObject({
      code: 'TLS_FAILED',
    });
  });
});

describe('tlsIdentitiesBy', () => {
  const identity = (id: string): TlsIdentity => ({ id });
  const names = ['*', '*.example.com', 'a.example.com', 'a.example.com:8443', '[::1]', '10.0.0.1'];
  const of = tlsIdentitiesBy(new Map(names.map((name) => [name, identity(name)])));

  it.each<[string, number, string]>([
    ['a.example.com', 443, 'a.example.com'],
    ['A.Example.com', 443, 'a.example.com'],
    ['a.example.com', 8443, 'a.example.com:8443'],
    ['b.example.com', 443, '*.example.com'],
    ['x.b.example.com', 443, '*.example.com'],
    ['example.com', 443, '*'],
    ['badexample.com', 443, '*'],
    ['::1', 443, '[::1]'],
    ['::2', 443, '*'],
    ['10.0.0.1', 443, '10.0.0.1'],
  ])('has for %s, port %i, that of %s', (host, port, expected) => {
    expect(of(host, port)?.id).toBe(expected);
  });
});

describe('openTls', () => {
  const open = (settings: TlsSettings[string], now = Date.now()) =>
    openTls({ localhost: settings }, localFiles(folderOfFiles()), now);
  const year = 365 * 86_400_000;

  it.each<[string, TlsSettings[string], number, string, RegExp]>([
    ['a file that is not there', { ca: 'none.pem' }, 0, 'CERT_UNREADABLE', /fetch\.tls\["localhost"\]\.ca/],
    ['a file without a certificate', { ca: 'text.txt' }, 0, 'CERT_UNREADABLE', /no certificate in PEM/],
    ['a damaged certificate', { ...client, cert: 'damaged.pem' }, 0, 'CERT_UNREADABLE', /damaged/],
    ['a file without a key', { ...client, key: 'text.txt' }, 0, 'CERT_UNREADABLE', /no private key in PEM/],
    ['no passphrase', { ...client, key: 'encrypted.key' }, 0, 'CERT_UNREADABLE', /passphrase .* is missing/],
    [
      'another passphrase',
      { ...client, key: 'encrypted.key', passphrase: 'wrong' },
      0,
      'CERT_UNREADABLE',
      /passphrase .* another one/,
    ],
    ['the key of another', { ...client, key: 'other.key' }, 0, 'CERT_KEY_MISMATCH', /CN=client/],
    ['an expired certificate', client, 200 * year, 'CERT_EXPIRED', /was valid until/],
    ['one that is not valid yet', client, -20 * year, 'CERT_NOT_YET_VALID', /is valid from/],
  ])('refuses %s', async (_, settings, fromNow, code, message) => {
    const opening = open(settings, Date.now() + fromNow);
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(opening).rejects.not.toThrow(/wrong|open-sesame|MIG/);
  });

  it('reads an encrypted key, and one that is the text of a secret', async () => {
    const encrypted = await open({ ...client, key: 'encrypted.key', passphrase: 'open-sesame' });
    const byText = await open({ ...client, key: clientKey.trim().replaceAll('\n', '\\n') });
    expect(encrypted('localhost', 443)).toEqual(byText('localhost', 443));
  });

  it('gives hosts with the same certificates one identity, and others another', async () => {
    const other = { ...client, ca: 'client.pem' };
    const of = await openTls(
      { a: client, b: client, c: other, d: { ca: 'ca.pem' } },
      localFiles(folderOfFiles()),
      Date.now(),
    );
    const ids = ['a', 'b', 'c', 'd'].map((host) => of(host, 443)?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a job with fetch.tls', () => {
  const job = (tls: unknown) =>
    jobSchema.safeParse({
      ...{
        name: 'j',
        sources: [{ crawl: { start: 'https://a.example/' } }],
        pages: { p: {} },
        fetch: { tls },
      },
    });
  const messages = (tls: unknown) =>
    job(tls)
      .error?.issues.map(({ message }) => message)
      .join() ?? '';
  const secretKey = { cert: 'c.pem', key: `\${env:KEY}` };

  it.each<[object, string]>([
    [{ a: { cert: 'c.pem' } }, 'cert and key together'],
    [{ a: {} }, 'ca, or cert and key'],
    [{ '*': secretKey }, 'shown only to hosts that are named'],
    [{ a: { ...secretKey, key: clientKey } }, 'the key as ${env:NAME}'],
    [{ a: { ...secretKey, passphrase: 'plain' } }, 'the passphrase as ${env:KEY_PASSPHRASE}'],
    [{ 'https://a/': secretKey }, 'Invalid key'],
  ])('is refused: %o', (tls, message) => {
    expect(messages(tls)).toContain(message);
  });

  it('brings certificates to AWS as they are, and the file of a key sealed', () => {
    const bySecret = job({ a: { ...secretKey, ca: 'ca.pem' } }).data;
    const byFile = job({ a: { cert: 'c.pem', key: 'k.pem' } }).data;
    if (bySecret === undefined || byFile === undefined) throw new Error('no job');
    expect(needsOfJob(bySecret)).toMatchObject({ lists: ['ca.pem', 'c.pem'], sealed: [], secrets: ['KEY'] });
    expect(needsOfJob(byFile)).toMatchObject({ lists: ['c.pem'], sealed: ['k.pem'] });
  });

  it('is checked before its run, except where its secrets are stand-ins', async () => {
    const { data } = job({ a: { cert: 'client.pem', key: `\${env:KEY}` } });
    const folder = folderOfFiles();
    const compile = (KEY: string, hasStandIns = false) =>
      compileJob(
        { job: data as never },
        { env: { KEY }, baseDir: folder, openFile: localFiles(folder), hasStandIns },
      );
    expect((await compile(clientKey)).tlsOf?.('a', 443)).toMatchObject({ cert: clientCertificate });
    await expect(compile(otherKey)).rejects.toMatchObject({ code: 'CERT_KEY_MISMATCH' });
    expect((await compile('stand-in', true)).tlsOf).toBeUndefined();
  });
});
