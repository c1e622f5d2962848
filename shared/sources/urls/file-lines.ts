import { DropError } from '../../errors.ts';
import type { SourceFile } from '../types.ts';
import { splitLines } from './split-lines.ts';
import type { ChunkLimits } from './urls-chunk.ts';

/** A function's time is short, and each line that it admits is a request to the store. */
const remoteLimits: ChunkLimits = { maxLines: 1_000, maxBytes: 262_144, maxLineBytes: 65_536 };

/**
 * Lists mix their hosts. The more lines are read at once, the more pages of a host are in one batch, and the fewer
 * batches and connections the host takes: 30,000 pages of 10,000 hosts cost three fifths of what they cost by 10,000 lines.
 */
const localLimits: ChunkLimits = { ...remoteLimits, maxLines: 25_000, maxBytes: 6_553_600 };

export function limitsFor({ isLocal }: SourceFile): ChunkLimits {
  return isLocal ? localLimits : remoteLimits;
}

/** Where the next chunk begins. */
export interface LinesCursor {
  /** In bytes. */
  offset: number;
  /** Number of the line at `offset`, from 1. */
  line: number;
  /** `offset` lies inside a line that was reported as too long. */
  skipping?: boolean;
  /** Of the file when the first chunk was read. */
  version?: string;
}

export const fileStart: LinesCursor = { offset: 0, line: 1 };

/** One chunk of a file. */
export interface FileLines {
  /** Neither blank nor a comment; trimmed, and without a BOM. No text: the line is longer than one may be. */
  lines: { number: number; text?: string }[];
  /** Where the following chunk begins; none at the end. */
  next?: LinesCursor;
}

/** Throws `DropError` SOURCE_CHANGED when the file changed since the first chunk. */
export function refuseChanged({ version }: SourceFile, path: string, cursor: LinesCursor): void {
  if (cursor.version === undefined || cursor.version === version) return;
  throw new DropError('SOURCE_CHANGED', `${path} changed at or after line ${cursor.line}`);
}

/**
 * Reads one chunk of a file of lines: blank lines and lines that begin with `#` skipped; LF, CR LF or CR; UTF-8 with or
 * without BOM. Memory is bound by `limits`, not by the file or its lines. Throws as `refuseChanged` does.
 */
export async function readFileLines(
  file: SourceFile,
  path: string,
  cursor: LinesCursor,
  limits: ChunkLimits,
): Promise<FileLines> {
  refuseChanged(file, path, cursor);
  const { size, version } = file;
  const bytes = await file.readAt(cursor.offset, Math.max(limits.maxBytes, limits.maxLineBytes + 1));
  const isEnd = cursor.offset + bytes.length >= size;
  const chunk = splitLines(bytes, { ...limits, isEnd, skipping: cursor.skipping === true });
  const lines = readLines(chunk.lines, cursor.line);
  const offset = cursor.offset + chunk.consumed;
  if (offset >= size) return { lines };
  return { lines, next: { offset, line: cursor.line + chunk.ended, skipping: chunk.skipping, version } };
}

function readLines(lines: (Uint8Array | 'too long' | 'rest')[], firstLine: number): FileLines['lines'] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return lines.flatMap((bytes, index) => {
    if (bytes === 'rest') return [];
    const number = firstLine + index;
    if (bytes === 'too long') return [{ number }];
    // trim() takes the BOM along.
    const text = decoder.decode(bytes).trim();
    return text === '' || text.startsWith('#') ? [] : [{ number, text }];
  });
}
