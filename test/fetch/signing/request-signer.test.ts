import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSigner } from '../../../shared/fetch/signing/request-signer.ts';
import { readSigningKey } from '../../../shared/fetch/signing/signing-key.ts';
import type { SigningSettings } from '../../../shared/job/signing-schema.ts';
import { localFetcher, serveHttp, serveHttp2 } from '../local-servers.ts';
import { checkSignature } from './check-signature.ts';
import { parseRequest, readVectors } from './rfc9421-vectors.ts';

const { keys } = readVectors();
const ownKey = JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
const { publicJwk = {}, thumbprint } = readSigningKey(ownKey);
const at = { now: () => 1_735_689_600_999, nonce: () => 'abc' };
const request = { ...parseRequest('GET /a?b=1 HTTP/1.1\nHost: example.com\nDate: today'), body: undefined };

function signed(
  settings: Partial<SigningSettings>,
  of: Parameters<ReturnType<typeof makeSigner>>[0] = request,
) {
  return makeSigner({ key: ownKey, ...settings }, at)(of);
}

describe('makeSigner', () => {
  it('signs as Web Bot Auth for a job that names its agent', () => {
    const { base, headers } = signed({ agent: 'https://bot.example.com' });
    expect(base.split('\n')).toEqual([
      '"@method": GET',
      '"@authority": example.com',
      '"@path": /a',
      '"signature-agent";key="sig1": "https://bot.example.com"',
      `"@signature-params": ("@method" "@authority" "@path" "signature-agent";key="sig1");created=1735689600;expires=1735689900;nonce="abc";alg="ed25519";keyid="${thumbprint}";tag="web-bot-auth"`,
    ]);
    expect(headers).toEqual({
      'signature-agent': 'sig1="https://bot.example.com"',
      'signature-input': `sig1=${base.split('"@signature-params": ')[1]}`,
      signature: expect.stringMatching(/^sig1=:[A-Za-z0-9+/]{86}==:$/),
    });
  });

  it('is the same each time under the same clock and nonce, and has a nonce of its own else', () => {
    expect(signed({})).toEqual(signed({}));
    const signer = makeSigner({ key: ownKey }, { now: at.now });
    expect(signer(request).base).not.toBe(signer(request).base);
  });

  it('digests a body, signs headers of content only beside one, and covers what the job names', () => {
    const post = { ...request, method: 'POST', body: '{"hello": "world"}\n' };
    const { base, headers } = signed({}, post);
    expect(headers['content-digest']).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
    expect(base).toContain(`"content-digest": ${headers['content-digest']}\n`);
    expect(signed({}).headers).not.toHaveProperty('content-digest');
    const own = signed({ components: ['date', '@query-param;name="b"'], keyId: 'k', tag: 'shop' });
    expect(own.base).toMatch(/^"date": today\n"@query-param";name="b": 1\n.*keyid="k";tag="shop"$/);
    expect(() => signed({ components: ['x-absent'] })).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INCOMPLETE' }),
    );
  });

  it.each([
    ['no key at all', 'geheim', {}],
    ['a key of another kind', keys['test-key-ecc-p256'] ?? '', { algorithm: 'ed25519' as const }],
    ['a public key', JSON.stringify(publicJwk), {}],
    [
      'a curve without an algorithm',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
        .privateKey.export({ format: 'pem', type: 'sec1' })
        .toString(),
      {},
    ],
    ['a shared secret that is short', 'YWJj', { algorithm: 'hmac-sha256' as const, keyId: 'k' }],
    ['a key that the RFC prints', keys['test-key-ed25519'] ?? '', {}],
    ['an RSASSA-PSS key without a keyId', keys['test-key-rsa-pss'] ?? '', {}],
  ])('refuses %s, and says nothing of it', (_, key, settings) => {
    const message = (() => {
      try {
        makeSigner({ key, ...settings }, at);
      } catch (error) {
        return (error as { code: string }).code === 'SIGNING_KEY_INVALID' ? String(error) : undefined;
      }
      return undefined;
    })();
    expect(message).toContain('politeness.sign.key: ');
    expect(message).not.toContain(key.trim().split('\n')[1] ?? key);
  });

  it.each([
    ['rsa-pss-sha512', keys['test-key-rsa'], undefined],
    ['rsa-v1_5-sha256', keys['test-key-rsa'], 'rsa-v1_5-sha256'],
    ['ecdsa-p256-sha256', keys['test-key-ecc-p256']?.replaceAll('\n', '\\n'), undefined],
    ['hmac-sha256', keys['test-shared-secret'], 'hmac-sha256'],
  ] as const)('takes a key for %s', (algorithm, key, named) => {
    const settings = named === undefined ? {} : { algorithm: named };
    const { base } = makeSigner({ key: key ?? '', keyId: 'k', ...settings }, at)(request);
    expect(base).toContain(`alg="${algorithm}";keyid="k"`);
  });
});

describe('a fetcher with a signer', () => {
  const signer = makeSigner({ key: ownKey, agent: 'https://bot.example.com' }, { now: Date.now });
  const redirected = { status: 302, location: '/b' };

  it('signs what is sent over HTTP/1.1, each request anew', async () => {
    const seen: ReturnType<typeof checkSignature>[] = [];
    const origin = await serveHttp(({ method = '', url: path = '', headers }, response) => {
      seen.push(checkSignature({ method, path, headers }, publicJwk));
      response.writeHead(redirected.status, { location: redirected.location }).end();
    });
    const fetcher = localFetcher({ signer });
    const { signed: base } = await fetcher.fetch(
      { url: `${origin}/a?x`, headers: { cookie: 'c=1' } },
      { cookies: 'd=2' },
    );
    await fetcher.fetch({ url: `${origin}/a?x`, method: 'POST', body: 'text' });
    expect(base).toContain('"@path": /a\n');
    expect(seen.map(({ isValid }) => isValid)).toEqual([true, true]);
    expect(seen[1]?.components).toContain('"content-digest"');
    expect(new Set(seen.map(({ parameters }) => parameters['nonce'])).size).toBe(2);
  });

  it('signs what is sent over HTTP/2', async () => {
    const seen: boolean[] = [];
    const origin = await serveHttp2(
      (stream) => {
        stream.respond({ ':status': 200 });
        stream.end();
      },
      (headers) => {
        const { ':method': method = '', ':path': path = '' } = headers;
        seen.push(checkSignature({ method: String(method), path: String(path), headers }, publicJwk).isValid);
      },
    );
    await localFetcher({ signer }).fetch({ url: `${origin}/a?x` });
    expect(seen).toEqual([true]);
  });

  it('sends nothing that cannot be signed, and keeps the connection', async () => {
    let asked = 0;
    const origin = await serveHttp((_, response) => {
      asked += 1;
      response.end();
    });
    const strict = makeSigner({ key: ownKey, components: ['x-must'] }, { now: Date.now });
    const fetcher = localFetcher({ signer: strict });
    await expect(fetcher.fetch({ url: origin })).rejects.toMatchObject({ code: 'SIGNATURE_INCOMPLETE' });
    await fetcher.fetch({ url: origin, headers: { 'x-must': '1' } });
    expect(asked).toBe(1);
  });
});
