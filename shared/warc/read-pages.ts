import type { WARCRecord } from 'warcio';
import { loadWarcio } from './load-warcio.ts';
import { type KeptAs, loadedByField, type Question, questionField, requestField } from './own-fields.ts';

/** A page as it was kept. */
export interface KeptPage {
  url: string;
  /** Epoch ms of its fetch. */
  at: number;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Decoded; of a page that was read in a browser, what it became. */
  body: Uint8Array;
  readAs: KeptAs;
  /** What its scripts got in a browser, in the order in which it came. */
  answers: (KeptAnswer & Question)[];
}

type KeptAnswer = Pick<KeptPage, 'url' | 'at' | 'status' | 'headers' | 'body'>;

/**
 * Reads the pages from whole records, uncompressed; `unchanged` for each that was answered 304, which has none here. Records that are
 * no page of a run of ours are passed over.
 */
export async function* readPages(records: AsyncIterable<Uint8Array>): AsyncGenerator<KeptPage | 'unchanged'> {
  let page: KeptPage | undefined;
  for await (const record of loadWarcio().WARCParser.iterRecords(records, { keepHeadersCase: true })) {
    const { warcType } = record;
    if (warcType === 'conversion' && page !== undefined) {
      page.body = await record.readFully(false);
    } else if (warcType === 'revisit') {
      // One of what a page has loaded says nothing of a page.
      if (record.warcHeader(requestField) !== undefined) yield 'unchanged';
    } else if (warcType === 'response' && record.warcHeader(loadedByField) !== undefined) {
      const asked = record.warcHeader(questionField);
      if (typeof asked === 'string')
        page?.answers.push({ ...(await answerOf(record)), ...(JSON.parse(asked) as Question) });
    } else if (warcType === 'response') {
      if (page !== undefined) yield page;
      page = await pageOf(record);
    }
  }
  if (page !== undefined) yield page;
}

async function pageOf(record: WARCRecord): Promise<KeptPage | undefined> {
  const readAs = record.warcHeader(requestField);
  if (typeof readAs !== 'string' || record.httpHeaders === null) return undefined;
  return { ...(await answerOf(record)), readAs: JSON.parse(readAs) as KeptAs, answers: [] };
}

async function answerOf(record: WARCRecord): Promise<KeptAnswer> {
  const { httpHeaders, warcTargetURI, warcDate } = record;
  const headers = [...(httpHeaders?.headers ?? [])];
  return {
    url: warcTargetURI ?? '',
    at: Date.parse(warcDate ?? ''),
    status: Number(httpHeaders?.statusCode),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: await record.readFully(false),
  };
}
