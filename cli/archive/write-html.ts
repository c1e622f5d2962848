import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { calledBy, safeFileName } from '../../shared/engine/downloads/file-name.ts';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import { bodyKindOf } from '../../shared/extract/kinds/body-kind-of.ts';
import type { BodyKind } from '../../shared/extract/kinds/page-kinds.ts';
import { gunzipStream } from '../../shared/gunzip-stream.ts';
import { type KeptPage, readPages } from '../../shared/warc/read-pages.ts';

/** What of a page its bytes do not say: a line of `pages.jsonl`. */
interface PageLine {
  url: string;
  /** Below the folder, with slashes. */
  file: string;
  /** ISO 8601. */
  fetchedAt: string;
  status: number;
  contentType?: string;
  label: string;
  bytes: number;
}

/** Kept pages are private. */
const fileMode = 0o600;
const folderMode = 0o700;

/**
 * Writes each page of files of WARC into a file of its own, by its host; and last, once all are there, `pages.jsonl`, which says which is
 * which. The same pages have the same names. Returns how many there are, and their bytes.
 */
export async function writePages(files: string[], folder: string): Promise<{ pages: number; bytes: number }> {
  const lines: string[] = [];
  const folders = new Set<string>();
  let bytes = 0;
  for (const file of files) {
    for await (const page of readPages(gunzipStream(createReadStream(file)))) {
      if (page === 'unchanged') continue;
      const line = lineOf(page);
      const host = join(folder, line.file.split('/', 1)[0] ?? '');
      if (!folders.has(host)) await mkdir(host, { recursive: true, mode: folderMode });
      folders.add(host);
      await writeFile(join(folder, line.file), page.body, { mode: fileMode });
      lines.push(`${JSON.stringify(line)}\n`);
      bytes += page.body.length;
    }
  }
  await writeWhole(join(folder, 'pages.jsonl'), (to) => pipeline(lines, to), fileMode);
  return { pages: lines.length, bytes };
}

function lineOf({ url, at, status, headers, body, readAs }: KeptPage): PageLine {
  const { 'content-type': contentType, 'content-disposition': disposition } = headers;
  const kind = bodyKindOf({ url, contentType: contentType ?? '', body }, true);
  const sha256 = createHash('sha256').update(`${url}\n`).update(body).digest('hex');
  const name = safeFileName(calledBy(url, disposition), sha256, endings[kind]);
  return {
    ...{ url, file: `${folderOf(new URL(url))}/${name}`, fetchedAt: new Date(at).toISOString(), status },
    ...(contentType === undefined ? {} : { contentType }),
    ...{ label: readAs.label, bytes: body.length },
  };
}

/** Addresses have points, colons and brackets at their hosts' ends that some file systems don't take. */
function folderOf({ host }: URL): string {
  return host.replace(/\.+$/, '').replaceAll(/[^a-z0-9.-]/g, '_');
}

const endings: Record<BodyKind, string> = {
  ...{ html: 'html', xhtml: 'xhtml', xml: 'xml', svg: 'svg', feed: 'xml', json: 'json', jsonl: 'jsonl' },
  ...{ csv: 'csv', xlsx: 'xlsx', pdf: 'pdf', text: 'txt', other: 'bin' },
};
