import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { WARCRecord } from 'warcio';
import type { Headers, KeptExchange, KeptRequest } from './exchange.ts';
import { loadWarcio } from './load-warcio.ts';

/** Imported, this module would evaluate Node's own HTTP client for its exports, 45 ms of each start. */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Headers of how a body was sent, which is kept decoded. */
const framing = new Set(['content-encoding', 'transfer-encoding', 'content-length']);

/** A third faster than the default of 6, for a twentieth more bytes. */
const compression = { level: 3 };

export interface WrittenExchange {
  records: Uint8Array;
  /** Of the record of the answer, the first. */
  answer: { bytes: number; digest: string };
}

/**
 * The records of WARC 1.1 (ISO 28500:2017) for an exchange, each a gzip member of its own, in this order: the answer, or that it has
 * not changed; what a browser made of it; the request. HTTP/2 is written in the form of HTTP/1.1 (its annex on HTTP).
 */
export async function writeExchange(exchange: KeptExchange): Promise<WrittenExchange> {
  const answer = answerRecord(exchange);
  const id = String(answer.warcHeader('WARC-Record-ID'));
  const first = await memberOf(answer, bodyOf(exchange));
  const members = [first];
  const { response, request } = exchange;
  if (response.is === 'page' && response.rendered !== undefined) {
    members.push(await memberOf(conversionRecord(exchange, id, response.rendered), response.rendered));
  }
  if (request !== undefined) {
    members.push(await memberOf(requestRecord(exchange, id, request), request.body));
  }
  const digest = String(answer.warcHeader('WARC-Payload-Digest') ?? '');
  return { records: Buffer.concat(members), answer: { bytes: first.length, digest } };
}

/** The record with which a file begins: who wrote it, and for what. */
export async function writeInfo(filename: string, info: Record<string, string>): Promise<Uint8Array> {
  const { WARCRecord } = loadWarcio();
  return memberOf(WARCRecord.createWARCInfo({ filename, warcVersion: 'WARC/1.1' }, info));
}

function answerRecord({ url, at, response, fields }: KeptExchange): WARCRecord {
  const { WARCRecord } = loadWarcio();
  const { status, headers } = response;
  const statusline = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  const shared = { url, date: new Date(at).toISOString(), warcVersion, statusline } as const;
  switch (response.is) {
    case 'page': {
      const { body, truncated } = response;
      const httpHeaders = withLength(headers, body);
      const warcHeaders = truncated === undefined ? fields : { ...fields, 'WARC-Truncated': truncated };
      return WARCRecord.create({ ...shared, type: 'response', warcHeaders, httpHeaders }, [body]);
    }
    case 'unchanged': {
      const refersToDate = new Date(response.since).toISOString();
      const record = WARCRecord.create({
        ...{ ...shared, type: 'revisit', warcHeaders: fields, httpHeaders: headers },
        ...{ refersToUrl: url, refersToDate },
      });
      record.warcHeaders.headers.set('WARC-Profile', notModified);
      return record;
    }
    default:
      return response satisfies never;
  }
}

export const warcVersion = 'WARC/1.1';

/** The server said that it is as it was (ISO 28500:2017 §6.7.3). */
const notModified = 'http://netpreserve.org/warc/1.1/revisit/server-not-modified';

/** What scripts made of a page is another form of its content. */
function conversionRecord({ url, at }: KeptExchange, answer: string, html: Uint8Array): WARCRecord {
  const warcHeaders = { 'WARC-Refers-To': answer, 'Content-Type': 'text/html; charset=utf-8' };
  const date = new Date(at).toISOString();
  return loadWarcio().WARCRecord.create({ url, date, warcVersion, type: 'conversion', warcHeaders }, [html]);
}

function requestRecord({ url, at }: KeptExchange, answer: string, request: KeptRequest): WARCRecord {
  const { method, target, headers: httpHeaders, body } = request;
  return loadWarcio().WARCRecord.create(
    {
      ...{ url, date: new Date(at).toISOString(), warcVersion, type: 'request' },
      ...{ statusline: `${method} ${target} HTTP/1.1`, httpHeaders },
      warcHeaders: { 'WARC-Concurrent-To': answer },
    },
    [body],
  );
}

function bodyOf({ response }: KeptExchange): Uint8Array {
  return response.is === 'page' ? response.body : new Uint8Array();
}

/** The head that the decoded body has; what it had as it was sent is said under other names, as other crawlers say it. */
function withLength(headers: Headers, body: Uint8Array): Headers {
  const kept = headers.map(([name, value]): Headers[number] =>
    framing.has(name.toLowerCase()) ? [`x-orig-${name}`, value] : [name, value],
  );
  return [...kept, ['content-length', String(body.length)]];
}

/** `payload`: of a record that has digests, which are made here, where that costs a fifth of what it does in the library. */
export async function memberOf(record: WARCRecord, payload?: Uint8Array): Promise<Uint8Array> {
  if (payload !== undefined) {
    const { headers } = record.warcHeaders;
    const head = record.httpHeaders === null ? '' : `${record.httpHeaders.toString()}\r\n`;
    headers.set('WARC-Block-Digest', digestOf(Buffer.concat([Buffer.from(head), payload])));
    if (record.warcType === 'response' || record.warcType === 'request')
      headers.set('WARC-Payload-Digest', digestOf(payload));
  }
  const bytes = await loadWarcio().WARCSerializer.serialize(record, { gzip: false });
  return gzipSync(bytes, compression);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}
