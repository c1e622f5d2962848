import { describe, expect, it } from 'vitest';
import { resolveNamedCharacters } from '../../../shared/extract/xml/named-characters.ts';
import { cpuMsOf } from '../../../testing/cpu-time.ts';
import { extractWith } from '../compile-job.ts';

const read = (body: string, rule: Record<string, unknown> = { fields: { t: 'title' } }) =>
  extractWith(rule, body, { contentType: 'text/xml' });

describe('a name of a character that XML does not define', () => {
  it('is the character of HTML, and its item is marked', async () => {
    const { items } = await read('<r><title a="&eacute;">caf&eacute;&nbsp;au lait</title></r>', {
      fields: { t: 'title', a: { select: 'title', attr: 'a' } },
    });
    expect(items[0]?.fields).toEqual({ t: 'caf\u00e9 au lait', a: '\u00e9' });
    expect(items[0]?.marks).toEqual([{ kind: 'mended', field: '', found: '&eacute;' }]);
  });

  it('is that of feeds too', async () => {
    const { items } = await read(
      '<rss version="2.0"><channel><title>x</title><item><title>A&hellip;</title><guid>1</guid></item></channel></rss>',
      { fields: { t: { path: 'title' } } },
    );
    expect(items[0]).toMatchObject({ fields: { t: 'A\u2026' }, marks: [{ kind: 'mended', field: '' }] });
  });

  it('stands as it was written where HTML does not have it, and its item is marked', async () => {
    const { items } = await read('<r><title>a &foo; b</title></r>');
    expect(items[0]).toMatchObject({ fields: { t: 'a &foo; b' }, marks: [{ found: '&foo;' }] });
  });

  it.each([
    '<r><title>a &amp; b &lt; &#233;</title></r>',
    '<r><title><![CDATA[&nbsp;]]></title><!-- &nbsp; --></r>',
    '<r><title>a&amp;nbsp;b</title></r>',
  ])('marks nothing else: %s', async (body) => {
    expect((await read(body)).items[0]?.marks).toBeUndefined();
  });

  it('makes no markup', () => {
    expect(resolveNamedCharacters('<r a="&QUOT;">&LT;b&GT; &AMP;</r>')).toBe(
      '<r a="&#34;">&#60;b&#62; &#38;</r>',
    );
  });

  it.each(['<!--', '<![CDATA[', '&a', '&nbsp;'])('is looked for in linear time: %s', (part) => {
    const text = `&${part.repeat(300_000)}`;
    expect(cpuMsOf(() => resolveNamedCharacters(text))).toBeLessThan(2_000);
  });
});
