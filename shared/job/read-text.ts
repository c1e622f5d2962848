import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HaltError } from '../errors.ts';
import { nearest } from './nearest.ts';

const maxFileBytes = 1_048_576;

/**
 * A text file of at most 1 MiB as a string, without its byte order mark. Its size is checked before it
 * is read. Throws `HaltError` with the code given.
 */
export function readText(file: string, code: 'JOB_UNREADABLE' | 'SETTINGS_INVALID'): string {
  const halt = (message: string, cause?: unknown) => new HaltError(code, `${file}: ${message}`, { cause });
  try {
    const stats = statSync(file);
    const refusal = refuse(stats);
    if (refusal) throw halt(refusal);
    return decode(readFileSync(file), halt);
  } catch (error) {
    throw error instanceof HaltError ? error : halt(explain(error, file), error);
  }
}

function refuse(stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'this is a directory, not a file';
  if (!stats.isFile()) return 'this is not a regular file';
  if (stats.size > maxFileBytes) {
    return `the file has ${stats.size} bytes; the limit is ${maxFileBytes} (1 MiB). Long URL lists belong in a file of their own, named by urls: file`;
  }
  return undefined;
}

function explain(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no such file${neighbour(file)}`;
  if (code === 'ENOTDIR') return 'a part of the path is not a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return `it cannot be read (${message})`;
}

function neighbour(file: string): string {
  try {
    const near = nearest(basename(file), readdirSync(dirname(file)));
    return near === undefined ? '' : `; did you mean ${join(dirname(file), near)}?`;
  } catch {
    return '';
  }
}

function decode(bytes: Uint8Array, halt: (message: string) => HaltError): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw halt('the file is UTF-16; save it as UTF-8');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw halt(`line ${firstBadLine(bytes)} is not UTF-8; save the file as UTF-8`);
  }
}

/** Finds the longest beginning that decodes by bisection; the first invalid byte follows it. */
function firstBadLine(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return bytes.subarray(0, good).reduce((line, byte) => (byte === 0x0a ? line + 1 : line), 1);
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
