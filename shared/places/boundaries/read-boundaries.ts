import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { HaltError } from '../../errors.ts';
import { ownFile } from '../../own-files.ts';
import type { BoundaryData } from './boundary-data.ts';

/**
 * The boundaries that come with the product, 16 MB in memory: for jobs that name an area, on the machine where they are loaded. Functions
 * have no such file, and need none, since a job keeps the boundaries of its areas. Throws `HaltError` JOB_INVALID where it is not there.
 */
export function readBoundaries(): BoundaryData {
  try {
    const packed = readFileSync(ownFile('shared/places/boundaries/natural-earth.br'));
    return JSON.parse(brotliDecompressSync(packed).toString()) as BoundaryData;
  } catch (cause) {
    const message = 'the file of boundaries, by which areas are found by their names, cannot be read';
    throw new HaltError('JOB_INVALID', message, { cause });
  }
}
