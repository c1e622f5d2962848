import { describe, expect, it } from 'vitest';
import { readStructuredData } from '../../../shared/places/contacts/structured-data.ts';

describe('readStructuredData', () => {
  it('finds e-mails, telephones and profiles wherever they are', () => {
    const script = JSON.stringify({
      '@graph': [
        { '@type': 'Dentist', email: 'a@acme.gr', contactPoint: [{ telephone: ['1', '2'] }] },
        { sameAs: ['https://x.com/acme', 7, null], Telephone: '3' },
      ],
    });
    expect(readStructuredData(script)).toEqual([
      { property: 'email', value: 'a@acme.gr' },
      { property: 'telephone', value: '1' },
      { property: 'telephone', value: '2' },
      { property: 'sameAs', value: 'https://x.com/acme' },
      { property: 'telephone', value: '3' },
    ]);
  });

  it.each([
    ['CDATA', '\n//<![CDATA[\n{"email":"a@acme.gr"}\n//]]>\n'],
    ['a comment', '<!-- {"email":"a@acme.gr"} -->'],
    ['line breaks within strings', '{"name":"Acme\nDental","email":"a@acme.gr"}'],
    ['a semicolon at the end', '[{"email":"a@acme.gr"}];'],
  ])('reads data with %s', (_, script) => {
    expect(readStructuredData(script)).toEqual([{ property: 'email', value: 'a@acme.gr' }]);
  });

  it('leaves out who wrote articles and reviews', () => {
    const person = { email: 'a@acme.gr', sameAs: 'https://x.com/a' };
    expect(readStructuredData(JSON.stringify({ author: person, review: [{ author: person }] }))).toEqual([]);
  });

  it.each(['', '{', 'null', '"text"', '}{', '[1, 2'])('finds nothing in %j', (script) => {
    expect(readStructuredData(script)).toEqual([]);
  });

  it('finds a bounded number, in bounded texts', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ email: `a${index}@acme.gr` }));
    expect(readStructuredData(JSON.stringify(many))).toHaveLength(200);
    expect(readStructuredData(`[${'0,'.repeat(400_000)}{"email":"a@acme.gr"}]`).length).toBeLessThanOrEqual(
      1,
    );
    expect(readStructuredData(JSON.stringify({ email: 'x'.repeat(3_000) }))).toEqual([]);
  });
});
