import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type SitePages, serveSite } from '../engine/site.ts';
import { openCliFolder } from './call-cli.ts';
import { readWarc } from './warc-records.ts';

const key = `k-1234-"&'<öffnet>/+%5`;

const codings: Record<string, (body: string) => Uint8Array> = {
  identity: (body) => Buffer.from(body),
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate, raw': deflateRawSync,
  br: brotliCompressSync,
  zstd: (body) => zstdCompressSync(body),
  'gzip, br': (body) => brotliCompressSync(gzipSync(body)),
};

/** As a server writes what was sent to it. */
const forms: [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['url', encodeURIComponent],
  ['json', (text) => JSON.stringify(text).slice(1, -1)],
  ['html', (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;')],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['base64', (text) => Buffer.from(`user:${text}`).toString('base64')],
];

/** A page for each coding, with all forms; the last is a form that a POST asks for. */
function pages(): SitePages {
  const body = (key: string) =>
    `<h1>Page</h1>${forms.map(([name, encode]) => `<p id=${name}>${encode(key)}</p>`).join('\n')}`;
  const answers = Object.entries(codings).map(([coding, encode], index): [string, SitePages[string]] => [
    `/p/${index}`,
    ({ headers }) => ({
      body: encode(body(String(headers['x-key']))),
      headers: { 'content-encoding': coding.replace(', raw', '') },
    }),
  ]);
  return Object.fromEntries(answers);
}

describe('a page that is kept', () => {
  it('shows no secret, in whichever coding it was sent and however it writes the secret', async () => {
    const site = await serveSite(pages());
    using folder = openCliFolder({ THE_KEY: key });
    const urls = Object.keys(codings).map((_, index) => `"${site.origin}/p/${index}"`);
    folder.write(
      'job.yaml',
      `name: coded
keep: warc
network: allowPrivate
politeness: { gapMs: 0, robots: ignore }
sources: [{ urls: { list: [${urls.join(', ')}] } }, { send: { url: "${site.origin}/p/1", json: { key: "\${env:THE_KEY}" }, label: default } }]
fetch: { headers: { x-key: "\${env:THE_KEY}" } }
pages: { default: { fields: { title: h1 } } }
`,
    );
    expect(await folder.call('run', 'job.yaml')).toMatchObject({ code: 0 });
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    const file = join(folder.path, 'output', run, 'pages-00001.warc.gz');
    const records = (await readWarc(file)).filter(({ type }) => type === 'response');
    expect(records).toHaveLength(Object.keys(codings).length + 1);
    for (const { body, fields, headers } of records) {
      const texts = body.match(/<p id=\w+>.*<\/p>/g) ?? [];
      expect(texts.map((text) => text.includes('[secret]'))).toEqual(forms.map(() => true));
      expect(fields['Spinneret-Redacted']).toMatch(/^body, request x-key(, request body)?$/);
      expect(headers).toHaveProperty('x-orig-content-encoding');
    }
    const unpacked = gunzipSync(readFileSync(file)).toString('latin1');
    for (const [, encode] of forms) expect(unpacked).not.toContain(encode(key).slice(0, 24));
    expect(unpacked).not.toMatch(/k-1234|ffnet/);
    await site.close();
  }, 60_000);
});
