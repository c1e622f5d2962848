import { DropError } from '../../errors.ts';
import type { Job, UrlsSource } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import type { OpenSourceFile, SourceFile } from '../types.ts';
import type { CsvState } from './csv-urls.ts';
import { splitLines } from './split-lines.ts';
import { type Chunk, type ChunkLimits, isHttpUrl } from './urls-chunk.ts';

/** A function's time is short, and each URL that it admits is a request to the store. */
const remoteLimits: ChunkLimits = { maxLines: 1_000, maxBytes: 262_144, maxLineBytes: 65_536 };

/**
 * Lists mix their hosts. The more lines are read at once, the more pages of a host are in one batch, and the fewer
 * batches and connections the host takes.
 */
const localLimits: ChunkLimits = { ...remoteLimits, maxLines: 10_000, maxBytes: 2_621_440 };

/** Where the next chunk begins. */
export interface FileCursor {
  /** In bytes. */
  offset: number;
  /** Number of the line at `offset`, from 1. */
  line: number;
  /** `offset` lies inside a line that was reported as too long. */
  skipping?: boolean;
  /** Of the file when the first chunk was read. */
  version?: string;
  /** Of a file whose column holds the URLs, once its first row was read. */
  csv?: CsvState;
}

/** The request that reads the first chunk of a URL file. */
export function firstUrlsRequest(file: string, index: number): PageRequest<'urls'> {
  const cursor = { offset: 0, line: 1 };
  return {
    kind: 'urls',
    url: `file:${file}`,
    label: '',
    depth: 0,
    attempt: 0,
    source: index,
    cursor,
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
    return await readChunk(file, source, request, limits ?? (file.isLocal ? localLimits : remoteLimits));
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
  const { cursor } = request;
  const { size, version } = file;
  if (cursor.version !== undefined && cursor.version !== version) {
    throw new DropError('SOURCE_CHANGED', `${source.file} changed at or after line ${cursor.line}`);
  }
  if (source.column !== undefined) {
    const { readCsvChunk } = await import('./csv-urls.ts');
    return readCsvChunk(file, { ...source, column: source.column }, request, limits);
  }
  const bytes = await file.readAt(cursor.offset, Math.max(limits.maxBytes, limits.maxLineBytes + 1));
  const isEnd = cursor.offset + bytes.length >= size;
  const chunk = splitLines(bytes, { ...limits, isEnd, skipping: cursor.skipping === true });
  const expansion = readLines(chunk.lines, cursor.line, source.label);
  const offset = cursor.offset + chunk.consumed;
  if (offset >= size) return expansion;
  const line = cursor.line + chunk.ended;
  const nextCursor = { offset, line, skipping: chunk.skipping, version };
  return { ...expansion, next: [{ ...request, attempt: 0, cursor: nextCursor }] };
}

function readLines(
  lines: (Uint8Array | 'too long' | 'rest')[],
  firstLine: number,
  label: string | undefined,
): Chunk {
  const expansion: Chunk = { links: [], next: [], invalid: [] };
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (const [index, bytes] of lines.entries()) {
    if (bytes === 'rest') continue;
    const number = firstLine + index;
    // trim() takes the BOM along. What follows a tab is another column of a spreadsheet.
    const text = bytes === 'too long' ? '' : (decoder.decode(bytes).trim().split('\t', 1)[0]?.trim() ?? '');
    if (bytes === 'too long') {
      expansion.invalid.push({ url: '', message: `line ${number}: longer than a URL can be` });
    } else if (text !== '' && !text.startsWith('#')) {
      if (isHttpUrl(text)) expansion.links.push(label === undefined ? { url: text } : { url: text, label });
      else
        expansion.invalid.push({
          url: text.slice(0, 200),
          message: `line ${number}: not an absolute http or https URL`,
        });
    }
  }
  return expansion;
}
