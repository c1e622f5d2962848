import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { type ExportCounts, type ExportRequest, exportRun } from './export-run.ts';

/** Writes the records of a run to a file, creating its folder. The file is never visible half-written. */
export async function exportToFile(request: ExportRequest & { file: string }): Promise<ExportCounts> {
  return writeWhole(request.file, (to) => exportRun({ ...request, to, end: true }));
}

/**
 * Lets `write` fill and end a temporary file in the same folder, and renames it once it is on the disk. When
 * `write` rejects, an earlier file of that name is unchanged. `mode`: as of `open`.
 */
export async function writeWhole<T>(
  file: string,
  write: (to: Writable) => Promise<T>,
  mode = 0o666,
): Promise<T> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const result = await writeAndSync(temporary, write, mode);
    await rename(temporary, file);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAndSync<T>(file: string, write: (to: Writable) => Promise<T>, mode: number): Promise<T> {
  const to = createWriteStream(file, { flags: 'wx', flush: true, mode });
  try {
    return await write(to);
  } catch (error) {
    to.destroy();
    throw error;
  } finally {
    // `flush` syncs between finish and close; only after that is the data on the disk. A stream that fails early
    // may not be open yet.
    if (!to.closed) await new Promise<void>((resolve) => to.once('close', () => resolve()));
  }
}
