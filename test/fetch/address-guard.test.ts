import { createServer, isIP, type LookupFunction, Socket } from 'node:net';
import fc from 'fast-check';
import { buildConnector } from 'undici';
import { describe, expect, it } from 'vitest';
import { DropError } from '../../shared/errors.ts';
import {
  guardConnector,
  guardLookup,
  isPublicAddress,
} from '../../shared/fetch/connections/address-guard.ts';

const refusedIpv4 = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ...['127.0.0.1', '127.255.255.254', '168.63.129.16', '169.254.169.254', '169.254.170.2', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
  '255.255.255.255',
];
const publicIpv4 = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'],
  ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
];
const refusedIpv6 = [
  ...['::', '::1', '::7f00:1', '::ffff:0:7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:10::1'],
  ...['2001:db8::1', '2002:7f00:1::', '2002:808:808::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254'],
  ...['fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1'],
];
const publicIpv6 = ['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450::1', '2003::1', '3ffe::1'];

const hex = (address: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

describe('isPublicAddress', () => {
  it.each([...refusedIpv4, ...refusedIpv6, '', 'localhost', '1.2.3', 'example.com'])(
    'refuses %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );

  it.each([...publicIpv4, ...publicIpv6])('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('judges an address that holds an IPv4 one by that, however it is written', () => {
    const known = fc.constantFrom(...refusedIpv4, ...publicIpv4);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), known), (address) => {
        const verdict = isPublicAddress(address);
        for (const prefix of ['::ffff:', '0:0:0:0:0:FFFF:', '64:ff9b::', '0064:FF9B:0:0:0:0:']) {
          expect(isPublicAddress(prefix + address)).toBe(verdict);
          expect(isPublicAddress(prefix + hex(address))).toBe(verdict);
        }
        expect(isPublicAddress(`::${hex(address)}`)).toBe(false);
        expect(isPublicAddress(`2002:${hex(address)}::1`)).toBe(false);
        expect(isPublicAddress(`2001:0:${hex(address)}::1`)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no IPv6 address outside 2000::/3', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const first = Number.parseInt(address.split(':')[0] || '0', 16);
        const isEmbedding = first === 0 || first === 0x64;
        if (isIP(address) === 6 && !isEmbedding && first >> 13 !== 1)
          expect(isPublicAddress(address)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives one answer for every spelling of a host the URL parser takes for IPv4', () => {
    const spellings = (address: string) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const low = b * 65_536 + c * 256 + d;
      const all = a * 16_777_216 + low;
      return [
        `${all}`,
        `0x${all.toString(16)}`,
        `0${all.toString(8)}`,
        `0x${a.toString(16)}.${low}`,
        `${address}.`,
      ];
    };
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const spelling of spellings(address))
          expect(new URL(`http://${spelling}/`).hostname).toBe(address);
      }),
    );
  });
});

const resolveTo =
  (...addresses: string[]): LookupFunction =>
  (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );

function lookUp(lookup: LookupFunction, all: boolean) {
  return new Promise((resolve) => {
    lookup('host.example', { all }, (error, address, family) => resolve(error ?? [address, family]));
  });
}

describe('guardLookup', () => {
  it('passes public addresses on, in the form asked for', async () => {
    const lookup = guardLookup(resolveTo('1.1.1.1', '2606:4700::1'));
    expect(await lookUp(lookup, false)).toEqual(['1.1.1.1', 4]);
    expect(await lookUp(lookup, true)).toEqual([
      [
        { address: '1.1.1.1', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
      undefined,
    ]);
  });

  it.each([[['10.0.0.1']], [['1.1.1.1', '127.0.0.1']], [['2606:4700::1', '::ffff:169.254.169.254']]])(
    'refuses a host of %j',
    async (addresses) => {
      const answer = await lookUp(guardLookup(resolveTo(...addresses)), false);
      expect(answer).toBeInstanceOf(DropError);
      expect(answer).toMatchObject({
        code: 'ADDRESS_REFUSED',
        message: expect.stringContaining('host.example'),
      });
    },
  );

  it('passes errors on', async () => {
    const error = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
    const lookup = guardLookup((_host, _options, callback) => callback(error, []));
    expect(await lookUp(lookup, true)).toBe(error);
  });
});

describe('guardConnector', () => {
  const connect = (connector: buildConnector.connector, hostname: string, port: string) =>
    new Promise((resolve) => {
      connector({ hostname, port, protocol: 'http:' }, (error, socket) => resolve(error ?? socket));
    });

  it('connects to no literal address that is private', async () => {
    const never: buildConnector.connector = () => expect.unreachable();
    for (const host of ['127.0.0.1', '::1', '::ffff:7f00:1', '169.254.169.254']) {
      expect(await connect(guardConnector(never), host, '80')).toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
  });

  it('looks at the address the socket is connected to, and closes it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const closed = new Promise((resolve) => {
      server.once('connection', (socket) => socket.resume().once('close', resolve));
    });
    // As if the name had pointed elsewhere when it was looked up.
    const lookup = resolveTo('127.0.0.1');
    const answer = await connect(guardConnector(buildConnector({ lookup })), 'host.example', String(port));
    expect(answer).toMatchObject({ code: 'ADDRESS_REFUSED', message: expect.stringContaining('127.0.0.1') });
    expect(answer).not.toBeInstanceOf(Socket);
    await closed;
    server.close();
  });
});
