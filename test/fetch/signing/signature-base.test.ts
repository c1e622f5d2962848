import { constants, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type InnerList, parseDictionary, serializeItem } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { DropError } from '../../../shared/errors.ts';
import {
  type Component,
  readComponent,
  type SignatureParameters,
  signatureBase,
  signatureInput,
} from '../../../shared/fetch/signing/signature-base.ts';
import { readSigningKey } from '../../../shared/fetch/signing/signing-key.ts';
import { parseRequest, readVectors, type Vector } from './rfc9421-vectors.ts';

const { keys, vectors } = readVectors();

/** What a vector's Signature-Input names, and its signature. */
function readSignature({ signatureInput: given, signature }: Vector) {
  const [member] = [...parseDictionary(given).values()] as InnerList[];
  const [items, parameters] = member ?? [[], new Map()];
  const components = items.map(
    ([name, of]): Component => ({ name: String(name), parameters: of, identifier: serializeItem(name, of) }),
  );
  const [bytes] = [...parseDictionary(signature).values()][0] ?? [];
  return {
    components,
    parameters: parameters as SignatureParameters,
    keyid: String(parameters.get('keyid')),
    bytes: Buffer.from(bytes as ArrayBuffer),
  };
}

function isValid(key: string, base: string, signature: Buffer): boolean {
  if (key === 'test-shared-secret') {
    const secret = Buffer.from(keys[key] ?? '', 'base64');
    return createHmac('sha256', secret).update(base).digest().equals(signature);
  }
  const publicKey = createPublicKey(keys[key] ?? '');
  return verify(hashOf(publicKey), Buffer.from(base), paddedFor(publicKey), signature);
}

function hashOf({ asymmetricKeyType }: KeyObject): string | undefined {
  if (asymmetricKeyType === 'ed25519') return undefined;
  return asymmetricKeyType === 'ec' ? 'sha256' : 'sha512';
}

function paddedFor(key: KeyObject) {
  if (key.asymmetricKeyType === 'ed25519') return key;
  return key.asymmetricKeyType === 'ec'
    ? ({ key, dsaEncoding: 'ieee-p1363' } as const)
    : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
}

describe('signatureBase', () => {
  it.each(vectors)('gives what RFC 9421 prints: $section', (vector) => {
    const { components, parameters, keyid, bytes } = readSignature(vector);
    const input = signatureInput(components, parameters);
    expect(vector.signatureInput.endsWith(`=${input}`)).toBe(true);
    const base = signatureBase(parseRequest(vector.request), components, input);
    if (vector.base !== undefined) expect(base).toBe(vector.base);
    const key = vector.key ?? keyid;
    expect(isValid(key, base, bytes)).toBe(vector.valid ?? true);
    const signing = readSigningKey(keys[key] ?? '', key === 'test-shared-secret' ? 'hmac-sha256' : undefined);
    const own = signing.sign(base);
    expect(isValid(key, base, own)).toBe(true);
    const isDeterministic = ['ed25519', 'hmac-sha256'].includes(signing.algorithm);
    expect(own.equals(bytes)).toBe(isDeterministic && (vector.valid ?? true));
  });

  const request = parseRequest(
    [
      "GET /path?param=value&foo=bar&baz=batman&qux=&var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something&mark=!'()~*-._ HTTP/1.1",
      'Host: WWW.Example.com:443',
      'Date: Tue, 20 Apr 2021 02:07:56 GMT',
      'X-OWS-Header:   Leading and trailing whitespace.   ',
      'X-Obs-Fold-Header: Obsolete\n    line folding.',
      'Cache-Control: max-age=60',
      'Cache-Control:    must-revalidate',
      'Content-Digest:  a=1,    b=2;x=1;y=2,   c=(a   b    c), d',
      'Example-Header: value, with, lots',
      'Example-Header: of, commas',
      'X-Empty-Header: ',
      'Priority: u=1,   i',
    ].join('\n'),
  );
  const lineOf = (text: string, of = request) => {
    const component = readComponent(text);
    return signatureBase(of, [component], '()').split('\n"@signature-params"')[0];
  };

  it.each([
    ['@method', '"@method": GET'],
    ['@authority', '"@authority": www.example.com'],
    ['@scheme', '"@scheme": https'],
    ['@path', '"@path": /path'],
    ['@query-param;name="baz"', '"@query-param";name="baz": batman'],
    ['@query-param;name="qux"', '"@query-param";name="qux": '],
    ['@query-param;name="var"', '"@query-param";name="var": this%20is%20a%20big%0Amultiline%20value'],
    ['@query-param;name="bar"', '"@query-param";name="bar": with%20plus%20whitespace'],
    ['@query-param;name="fa%C3%A7ade%22%3A%20"', '"@query-param";name="fa%C3%A7ade%22%3A%20": something'],
    ['@query-param;name="mark"', '"@query-param";name="mark": %21%27%28%29%7E*-._'],
    ['date', '"date": Tue, 20 Apr 2021 02:07:56 GMT'],
    ['x-ows-header', '"x-ows-header": Leading and trailing whitespace.'],
    ['x-obs-fold-header', '"x-obs-fold-header": Obsolete line folding.'],
    ['cache-control', '"cache-control": max-age=60, must-revalidate'],
    ['Cache-Control', '"cache-control": max-age=60, must-revalidate'],
    ['x-empty-header', '"x-empty-header": '],
    ['content-digest', '"content-digest": a=1,    b=2;x=1;y=2,   c=(a   b    c), d'],
    ['content-digest;sf', '"content-digest";sf: a=1, b=2;x=1;y=2, c=(a b c), d'],
    ['content-digest;key="a"', '"content-digest";key="a": 1'],
    ['content-digest;key="d"', '"content-digest";key="d": ?1'],
    ['content-digest;key="b"', '"content-digest";key="b": 2;x=1;y=2'],
    ['content-digest;key="c"', '"content-digest";key="c": (a b c)'],
    ['priority;sf', '"priority";sf: u=1, i'],
    ['example-header', '"example-header": value, with, lots, of, commas'],
    ['example-header;bs', '"example-header";bs: :dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:'],
  ])('derives %s as RFC 9421 §2 does', (component, line) => {
    expect(lineOf(component)).toBe(line);
  });

  it.each([
    ['/', '?', '/'],
    ['/a?', '?', '/a'],
    ['/a?queryString', '?queryString', '/a'],
    ['/a?x=bat%2Dman', '?x=bat%2Dman', '/a'],
  ])('keeps path and query of %s as they are sent', (path, query, bare) => {
    const asked = { ...request, path, url: new URL(`http://user:pass@example.com:8080${path}`) };
    expect(lineOf('@query', asked)).toBe(`"@query": ${query}`);
    expect(lineOf('@path', asked)).toBe(`"@path": ${bare}`);
    expect(lineOf('@request-target', asked)).toBe(`"@request-target": ${path}`);
    expect(lineOf('@authority', asked)).toBe('"@authority": example.com:8080');
    expect(lineOf('@target-uri', asked)).toBe(`"@target-uri": http://example.com:8080${path}`);
  });

  it.each([
    ['@status', 'no component of a request'],
    ['@method;req', 'takes no such parameter'],
    ['@query-param;name="none"', 'not in the query'],
    ['@query-param', 'not in the query'],
    ['x-absent', 'not sent'],
    ['date;tr', 'takes no such parameter'],
    ['date;sf', 'not known to be a structured field'],
    ['content-digest;key="z"', 'not in the field'],
    ['content-digest;bs;sf', 'exclude each other'],
    ['date;key="a"', 'no structured field'],
  ])('refuses %s, which is %s', (component, why) => {
    expect(() => lineOf(component)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INCOMPLETE', message: expect.stringContaining(why) }),
    );
  });

  it('refuses what the RFC has no value for: a parameter twice, a component twice, other text than ASCII', () => {
    const twice = { ...request, path: '/?a=1&a=2', url: new URL('https://example.com/?a=1&a=2') };
    expect(() => lineOf('@query-param;name="a"', twice)).toThrow('more than once');
    const method = readComponent('@method');
    expect(() => signatureBase(request, [method, method], '()')).toThrow(DropError);
    const of = (name: string, text: string) => ({ ...request, fields: [[name, text]] as const });
    expect(() => lineOf('x', of('x', 'Käse'))).toThrow('not ASCII');
    expect(() => lineOf('priority;sf', of('priority', 'u=1.0'))).toThrow('decimal');
    expect(lineOf('priority;sf', of('priority', 'u=1.10'))).toBe('"priority";sf: u=1.1');
  });
});
