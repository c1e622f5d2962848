import { gunzipSync } from 'node:zlib';
import type { WARCRecord } from 'warcio';
import type { KeptLoads } from '../model.ts';
import type { Headers } from './exchange.ts';
import { loadWarcio } from './load-warcio.ts';
import { memberOf, warcVersion } from './write-records.ts';

/** The record that has a payload whole. */
interface Original {
  url: string;
  date: string;
}

/** The payloads of a run that were written, by their digests. */
export type KnownPayloads = Map<string, Original>;

/**
 * Whole records, of which those of `large` are written once for all batches: one whose payload is known has a revisit record in its
 * place (ISO 28500:2017 §6.7.2), with its own head and id. The others are added to what is known.
 */
export async function* withoutRepeats(
  records: AsyncIterable<Uint8Array>,
  large: KeptLoads['large'],
  known: KnownPayloads,
): AsyncGenerator<Uint8Array> {
  const waiting = large.toSorted(([a], [b]) => a - b);
  let at = 0;
  let held: Uint8Array[] = [];
  for await (const chunk of records) {
    let rest = chunk;
    while (rest.length > 0) {
      const [from, bytes, digest] = waiting[0] ?? [Number.POSITIVE_INFINITY, 0, ''];
      const isBefore = at < from;
      const part = rest.subarray(0, isBefore ? from - at : from + bytes - at);
      at += part.length;
      rest = rest.subarray(part.length);
      if (isBefore) yield part;
      else held.push(part);
      if (at < from + bytes) continue;
      yield await onceOnly(Buffer.concat(held), digest, known);
      held = [];
      waiting.shift();
    }
  }
  yield* held;
}

async function onceOnly(member: Uint8Array, digest: string, known: KnownPayloads): Promise<Uint8Array> {
  const record = await parseRecord(member);
  const original = known.get(digest);
  if (original !== undefined) return revisitOf(record, original);
  known.set(digest, { url: record.warcTargetURI ?? '', date: record.warcDate ?? '' });
  return member;
}

async function parseRecord(member: Uint8Array): Promise<WARCRecord> {
  const { WARCParser } = loadWarcio();
  const record = await WARCParser.parse([gunzipSync(member)], { keepHeadersCase: true });
  if (record === null) throw new Error('a record of kept pages that is none');
  return record;
}

const ofItsOwn = /^(warc-record-id|warc-payload-digest|spinneret-.*)$/i;

function revisitOf(
  record: WARCRecord,
  { url: refersToUrl, date: refersToDate }: Original,
): Promise<Uint8Array> {
  const { httpHeaders, warcHeaders, warcTargetURI = '', warcDate = '' } = record;
  const headers: Headers = [...(httpHeaders?.headers ?? [])];
  const revisit = loadWarcio().WARCRecord.create({
    ...{ url: warcTargetURI ?? '', date: warcDate ?? '', warcVersion, type: 'revisit' },
    ...{ statusline: httpHeaders?.statusline ?? '', httpHeaders: headers, refersToUrl, refersToDate },
    warcHeaders: Object.fromEntries([...warcHeaders.headers].filter(([name]) => ofItsOwn.test(name))),
  });
  return memberOf(revisit);
}
