import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { decodeHTML } from 'entities/decode';
import type { WARCRecord } from 'warcio';
import { decodeText } from '../../shared/fetch/charset/charset.ts';
import { loadWarcio } from '../../shared/warc/load-warcio.ts';
import { requestField } from '../../shared/warc/own-fields.ts';

/** What a reader needs to find something in files of WARC. */
export interface ArchiveIndex {
  /** CDXJ, as pywb has it: sorted, each line with its end. Some 400 bytes a record. */
  lines: string[];
  /** The pages of the run, in the order of the files. */
  pages: ArchivedPage[];
}

export interface ArchivedPage {
  url: string;
  /** ISO 8601. */
  ts: string;
  title?: string;
}

/** Indexes answers and what did not change; the requests only say by which body an answer was got. */
export async function indexArchive(files: string[]): Promise<ArchiveIndex> {
  const { CDXAndRecordIndexer } = loadWarcio();
  const indexer = new CDXAndRecordIndexer({ format: 'cdxj' });
  const inputs = files.map((file) => ({ filename: basename(file), reader: createReadStream(file) }));
  const index: ArchiveIndex = { lines: [], pages: [] };
  for await (const { cdx, record } of indexer.iterIndex(inputs)) {
    const { warcType } = record;
    if (warcType === 'response' || warcType === 'revisit') index.lines.push(lineOf(cdx, record));
    if (warcType === 'response' && typeof record.warcHeader(requestField) === 'string') {
      index.pages.push(pageOf(record));
    }
    const last = index.pages.at(-1);
    if (warcType === 'conversion' && last !== undefined && last.url === record.warcTargetURI) {
      // What scripts made of a page has the title that people saw.
      Object.assign(last, titleOf(record, 'text/html; charset=utf-8'));
    }
  }
  index.lines.sort();
  return index;
}

function lineOf(cdx: Record<string, unknown>, { warcPayloadDigest }: WARCRecord): string {
  const { urlkey, timestamp, ...rest } = cdx;
  // The library leaves out which digest it is, which pywb wants.
  const named = rest['digest'] === undefined ? rest : { ...rest, digest: warcPayloadDigest };
  const fields = Object.entries(named).filter(([, value]) => value !== null && value !== undefined);
  const entry = Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
  return `${String(urlkey)} ${String(timestamp)} ${JSON.stringify(entry)}\n`;
}

function pageOf(record: WARCRecord): ArchivedPage {
  const { warcTargetURI, warcDate, httpHeaders } = record;
  const contentType = httpHeaders?.headers.get('content-type') ?? '';
  return { url: warcTargetURI ?? '', ts: warcDate ?? '', ...titleOf(record, contentType) };
}

/** Titles are in the head of a page. */
const headBytes = 65_536;

function titleOf({ payload }: WARCRecord, contentType: string): { title?: string } {
  if (payload === null || !/html/i.test(contentType)) return {};
  const { text } = decodeText(payload.subarray(0, headBytes), contentType);
  const [, raw] = /<title\b[^>]*>([^<]*)/i.exec(text) ?? [];
  const title = decodeHTML(raw ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return title === '' ? {} : { title };
}
