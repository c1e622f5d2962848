import { readFileSync } from 'node:fs';

/** Where the system does not say: what macOS and Lambda allow at least. */
const otherwise = 1_024;
/** An idle connection takes some 100 KB, beside its file. */
const maxByMemory = 1_500;
/** The rest is for stores, pages and connections in use. */
const share = 1 / 2;

/** How many connections one fetcher may keep, by the number of files that this process may open. */
export function maxOpenConnections(limits = readLimits()): number {
  const [, found] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return Math.min(maxByMemory, Math.floor((Number(found) || otherwise) * share));
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
