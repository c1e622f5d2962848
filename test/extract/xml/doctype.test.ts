import { describe, expect, it } from 'vitest';
import { withoutDeclarations } from '../../../shared/extract/xml/doctype.ts';
import { cpuMsOf } from '../../../testing/cpu-time.ts';
import { extractWith } from '../compile-job.ts';

const fields = { title: 'title' };
const read = (body: string) => extractWith({ fields }, body, { contentType: 'text/xml' });

describe('what the document type of XML declares', () => {
  it.each([
    '<!DOCTYPE r [<!ENTITY x "y"><!ELEMENT r (#PCDATA)>]><r><title>T</title></r>',
    '<?xml version="1.0"?>\n<!-- [ --><!DOCTYPE r SYSTEM "http://a.example/r.dtd" [ <!-- ]> --> <!ENTITY x "]>"> ]>\n<r><title>T</title></r>',
    '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://a.example/rss.dtd"><r><title>T</title></r>',
  ])('is not read: %s', async (body) => {
    expect((await read(body)).items[0]?.fields).toEqual({ title: 'T' });
  });

  it.each([
    ['an entity', '<!DOCTYPE r [<!ENTITY x "y">]><r><title>&x;</title></r>'],
    ['a file', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><title>&x;</title></r>'],
    [
      'entities that grow (billion laughs)',
      '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><r><title>&c;</title></r>',
    ],
  ])('is refused where the text uses it: %s', async (_, body) => {
    await expect(read(body)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('not expanded'),
    });
  });

  it.each(['<!--', '<!ENTITY a "', "'", '<?'])(
    'is refused in time in proportion to it where it does not end: %s',
    (part) => {
      const text = `<!DOCTYPE r [${part.repeat(200_001)}`;
      const ms = cpuMsOf(() => expect(() => withoutDeclarations(text)).toThrow('does not end'));
      expect(ms).toBeLessThan(2_000);
    },
  );
});
