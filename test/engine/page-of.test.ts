import { describe, expect, it } from 'vitest';
import { pageOf } from '../../shared/engine/visit/page-of.ts';

describe('pageOf', () => {
  it('knows where the items of an API page are, and who led there', () => {
    const run = { job: { sources: [{ rest: { items: 'data' } }] } } as unknown as Parameters<
      typeof pageOf
    >[0];
    const result = {
      status: 200,
      headers: {},
      body: new Uint8Array(),
      startedAt: 0,
    } as unknown as Parameters<typeof pageOf>[2];
    const request = {
      url: 'https://a.test/',
      label: 'entry',
      depth: 0,
      attempt: 0,
      referrer: 'https://b.test/',
    };
    expect(pageOf(run, { ...request, kind: 'rest', source: 0 }, result)).toMatchObject({
      list: { itemsPath: 'data', invalid: 'REST_INVALID' },
      referrer: 'https://b.test/',
    });
    const plain = pageOf(run, { ...request, kind: 'page' }, result);
    expect(plain).not.toHaveProperty('list');
    expect(plain).not.toHaveProperty('contentLanguage');
    const headers = { 'content-type': 'text/html', 'content-language': 'de' };
    const { referrer: _, ...alone } = request;
    const german = pageOf(run, { ...alone, kind: 'page' }, { ...result, headers });
    expect(german).toMatchObject({ contentType: 'text/html', contentLanguage: 'de' });
    expect(german).not.toHaveProperty('referrer');
  });
});
