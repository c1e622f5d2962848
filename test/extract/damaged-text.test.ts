import { describe, expect, it } from 'vitest';
import { extractWith } from './compile-job.ts';

/** Text of one byte a character. */
function bytes(text: string): { body: Uint8Array } {
  return { body: Buffer.from(text, 'latin1') };
}

async function damagedIn(
  rule: Record<string, unknown>,
  page: { body: Uint8Array },
  contentType = 'text/html; charset=utf-8',
): Promise<(string[] | undefined)[]> {
  const { items } = await extractWith(rule, '', { ...page, contentType });
  return items.map(({ marks }) => marks?.filter(({ kind }) => kind === 'damaged').map(({ field }) => field));
}

const title = { fields: { title: { select: 'h1' }, price: { select: 'b' } } };
// UTF-8 for é twice, then é in one byte, which UTF-8 has not.
const stray = '<h1>\xc3\xa9t\xc3\xa9, caf\xe9</h1><b>3</b>';

describe('texts with bytes that are no characters of their encoding', () => {
  it('are marked, and the others of the item are not', async () => {
    expect(await damagedIn(title, bytes(stray))).toEqual([['title']]);
  });

  it.each([
    ['that says no encoding', 'text/html', stray],
    ['in an encoding of two bytes', 'text/html; charset=euc-kr', '<h1>\xc7\xd1\xff\xb1\xdb</h1><b>3</b>'],
    ['in UTF-16 with half of a pair', 'text/html; charset=utf-16le', asUtf16('<h1>a\ud83db</h1><b>3</b>')],
  ])('on a page %s', async (_, type, text) => {
    expect(await damagedIn(title, bytes(text), type)).toEqual([['title']]);
  });

  it('of a JSON page, in lists and objects, are named once by their path', async () => {
    const rule = { items: 'list', fields: { tags: { path: 'tags', list: true }, by: { path: 'by' } } };
    const json = '{"list":[{"tags":["a\xe9","b\xe9","c"],"by":"x"},{"tags":["d"],"by":"y\xe9"}]}';
    expect(await damagedIn(rule, bytes(json), 'application/json')).toEqual([['tags'], ['by']]);
  });

  it.each([
    ['a page that is in its encoding', '<h1>\xc3\xa9t\xc3\xa9</h1>', 'text/html; charset=utf-8'],
    ['a page that shows the character itself', '<h1>\xef\xbf\xbd</h1>', 'text/html; charset=utf-8'],
    ['windows-1252, where each byte is one', '<h1>caf\xe9</h1>', 'text/html; charset=iso-8859-1'],
    ['bytes that no field takes', '<h1>\xc3\xa9t\xc3\xa9</h1><i>\xe9</i>', 'text/html; charset=utf-8'],
  ])('are not told of %s', async (_, text, type) => {
    expect(await damagedIn({ fields: { title: { select: 'h1' } } }, bytes(text), type)).toEqual([undefined]);
  });
});

function asUtf16(text: string): string {
  return Buffer.from(text, 'utf16le').toString('latin1');
}
