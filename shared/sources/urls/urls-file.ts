import { DropError } from '../../errors.ts';
import type { Job, UrlsSource } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import type { OpenSourceFile, SourceFile } from '../types.ts';
import type { CsvState } from './csv-urls.ts';
import {
  type FileLines,
  fileStart,
  type LinesCursor,
  limitsFor,
  readFileLines,
  refuseChanged,
} from './file-lines.ts';
import { type Chunk, type ChunkLimits, isHttpUrl } from './urls-chunk.ts';

/** Where the next chunk begins. */
export interface FileCursor extends LinesCursor {
  /** Of a file whose column holds the URLs, once its first row was read. */
  csv?: CsvState;
}

/** The request that reads the first chunk of a URL file. */
export function firstUrlsRequest(file: string, index: number): PageRequest<'urls'> {
  return {
    kind: 'urls',
    url: `file:${file}`,
    label: '',
    depth: 0,
    attempt: 0,
    source: index,
    cursor: fileStart,
  };
}

/**
 * Reads one chunk of a `urls.file` source: one URL a line, up to a tab; blank lines and lines that begin with `#` skipped; LF, CR LF
 * or CR; UTF-8 with or without BOM. With `column`, the cells of a column of a CSV file (`csv-urls.ts`). Memory is bound by
 * `limits`, not by the file or its lines. `next` holds the request for the following chunk; none at the end.
 * Throws `DropError`: SOURCE_MISSING when the file cannot be read or has no such column, SOURCE_CHANGED when it changed since
 * the first chunk.
 */
export async function readUrlsChunk(
  job: Job,
  openFile: OpenSourceFile,
  request: PageRequest<'urls'>,
  limits?: ChunkLimits,
): Promise<Chunk> {
  const source = job.sources[request.source]?.urls;
  if (source?.file === undefined) throw new DropError('SOURCE_MISSING', 'The job names no such file');
  const file = await openFile(source.file);
  try {
    return await readChunk(file, source, request, limits ?? limitsFor(file));
  } finally {
    await file.close();
  }
}

async function readChunk(
  file: SourceFile,
  source: UrlsSource,
  request: PageRequest<'urls'>,
  limits: ChunkLimits,
): Promise<Chunk> {
  const { file: path = '', label } = source;
  refuseChanged(file, path, request.cursor);
  if (source.column !== undefined) {
    const { readCsvChunk } = await import('./csv-urls.ts');
    return readCsvChunk(file, { ...source, column: source.column }, request, limits);
  }
  const { lines, next } = await readFileLines(file, path, request.cursor, limits);
  return {
    ...readUrls(lines, label),
    next: next === undefined ? [] : [{ ...request, attempt: 0, cursor: next }],
  };
}

function readUrls(lines: FileLines['lines'], label: string | undefined): Chunk {
  const chunk: Chunk = { links: [], next: [], invalid: [] };
  for (const { number, text } of lines) {
    if (text === undefined) {
      chunk.invalid.push({ url: '', message: `line ${number}: longer than a URL can be` });
      continue;
    }
    // What follows a tab is another column of a spreadsheet.
    const url = text.split('\t', 1)[0]?.trim() ?? '';
    if (isHttpUrl(url)) chunk.links.push(label === undefined ? { url } : { url, label });
    else {
      const message = `line ${number}: not an absolute http or https URL`;
      chunk.invalid.push({ url: url.slice(0, 200), message });
    }
  }
  return chunk;
}
