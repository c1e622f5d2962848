import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findSecrets, formsOf, valuesOf } from './secrets.ts';

const secret = 'pa+ss/w "ö"&rd';
const bytes = Buffer.from(secret);
const at = (text: string | Buffer) => [{ where: 'x', bytes: Buffer.from(text) }];

describe('findSecrets', () => {
  it.each([
    ['as it is', `a ${secret} b`],
    ['in a URL', new URL(`https://a.example/?p=${encodeURIComponent(secret)}`).href],
    ['in a form', new URLSearchParams({ p: secret }).toString()],
    ['in JSON', JSON.stringify({ p: secret })],
    ['in HTML', '<input value="pa+ss/w &quot;ö&quot;&amp;rd">'],
    ['in hexadecimal digits', bytes.toString('hex')],
    ['in Base64', Buffer.from(secret).toString('base64')],
    ['in Base64 behind others', Buffer.from(`ann:${secret}\n`).toString('base64')],
    ['in Base64 for URLs, behind others', Buffer.from(`an:${secret}...`).toString('base64url')],
  ])('finds one %s', (_where, text) => {
    expect(findSecrets([secret], at(text))).not.toEqual([]);
  });

  it('finds one in a compressed value of a store', () => {
    using store = new DatabaseSync(':memory:');
    store.exec('CREATE TABLE outcomes (body BLOB)');
    store.prepare('INSERT INTO outcomes VALUES (?)').run(zstdCompressSync(`{"a":${JSON.stringify(secret)}}`));
    expect(findSecrets([secret], valuesOf(store))).toEqual([
      `${JSON.stringify(secret).slice(1, -1)} in outcomes.body`,
    ]);
  });

  it('finds none elsewhere', () => {
    expect(findSecrets([secret], at('pass word'))).toEqual([]);
    expect(Math.min(...formsOf(secret).map((form) => form.length))).toBeGreaterThan(11);
  });
});
