import { readFileSync } from 'node:fs';
import { WARCParser } from 'warcio';

/** A record of a WARC file, as the library of Webrecorder reads it. */
export interface WarcRecord {
  type: string;
  url: string;
  fields: Record<string, string>;
  statusLine: string;
  headers: Record<string, string>;
  body: string;
}

export async function readWarc(file: string): Promise<WarcRecord[]> {
  const records: WarcRecord[] = [];
  for await (const record of WARCParser.iterRecords([readFileSync(file)], { keepHeadersCase: true })) {
    const body = Buffer.from(await record.readFully(false)).toString();
    records.push({
      type: record.warcType,
      url: record.warcTargetURI ?? '',
      fields: Object.fromEntries(record.warcHeaders.headers),
      statusLine: record.httpHeaders?.statusline ?? '',
      headers: Object.fromEntries(record.httpHeaders?.headers ?? []),
      body,
    });
  }
  return records;
}

/** The addresses of records of a type, sorted. */
export function urlsOf(records: WarcRecord[], type: string): string[] {
  return records.flatMap((record) => (record.type === type ? [record.url] : [])).sort();
}
