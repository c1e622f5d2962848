import { describe, expect, it } from 'vitest';
import { WARCParser } from 'warcio';
import type { KeptLoads } from '../../shared/model.ts';
import type { KeptResponse } from '../../shared/warc/exchange.ts';
import { type KnownPayloads, withoutRepeats } from '../../shared/warc/without-repeats.ts';
import { writeExchange } from '../../shared/warc/write-records.ts';

/** Whole records, of which those of `large` may be elsewhere too. */
async function batchOf(bodies: [url: string, body: string, isLarge: boolean][]) {
  const large: KeptLoads['large'] = [];
  const members: Uint8Array[] = [];
  let from = 0;
  for (const [url, body, isLarge] of bodies) {
    const response: KeptResponse = { is: 'page', status: 200, headers: [], body: Buffer.from(body) };
    const { records, answer } = await writeExchange({ url, at: 0, response, fields: { 'Spinneret-X': url } });
    if (isLarge) large.push([from, answer.bytes, answer.digest]);
    members.push(records);
    from += records.length;
  }
  return { large, bytes: Buffer.concat(members) };
}

async function* cut(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function typesOf(bytes: Uint8Array): Promise<string[]> {
  const types: string[] = [];
  for await (const record of WARCParser.iterRecords([bytes])) {
    types.push(`${record.warcType} ${record.warcTargetURI} ${record.warcHeader('Spinneret-X')}`);
    await record.readFully(false);
  }
  return types;
}

const url = (path: string) => `http://a.test/${path}`;

describe('withoutRepeats', () => {
  it.each([1, 7, 100, 1_000_000])(
    'finds records in chunks of %d bytes, wherever they are cut',
    async (size) => {
      const known: KnownPayloads = new Map();
      const one = await batchOf([
        [url('page'), 'page', false],
        [url('a.js'), 'script', true],
        [url('b.js'), 'script', true],
      ]);
      const two = await batchOf([
        [url('c.js'), 'other', true],
        [url('a.js'), 'script', true],
        [url('page'), 'page', false],
      ]);
      const joined: Uint8Array[] = [];
      for (const { bytes, large } of [one, two])
        for await (const chunk of withoutRepeats(cut(bytes, size), large, known)) joined.push(chunk);
      expect(await typesOf(Buffer.concat(joined))).toEqual([
        `response ${url('page')} ${url('page')}`,
        `response ${url('a.js')} ${url('a.js')}`,
        `revisit ${url('b.js')} ${url('b.js')}`,
        `response ${url('c.js')} ${url('c.js')}`,
        `revisit ${url('a.js')} ${url('a.js')}`,
        `response ${url('page')} ${url('page')}`,
      ]);
    },
  );
});
