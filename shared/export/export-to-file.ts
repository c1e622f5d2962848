import { hash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { isProcessAlive } from '../is-process-alive.ts';
import { type ExportCounts, type ExportRequest, exportRun } from './export-run.ts';

/** Writes the records of a run to a file, creating its folder. The file is never visible half-written. */
export async function exportToFile(request: ExportRequest & { file: string }): Promise<ExportCounts> {
  return writeWhole(request.file, (to) => exportRun({ ...request, to, end: true }));
}

/**
 * Lets `write` fill and end a temporary file in the same folder, and renames it once it is on the disk. When
 * `write` rejects, an earlier file of that name is unchanged. `mode`: as of `open`. What a process that was killed has left of such
 * a file is deleted.
 */
export async function writeWhole<T>(
  file: string,
  write: (to: Writable) => Promise<T>,
  mode = 0o666,
): Promise<T> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  await removeLeft(folder, basename(file));
  return replaceWhole(file, write, mode);
}

/** As `writeWhole`, for one of many files of a folder that is there and was looked through (`removeLeft`). */
export async function replaceWhole<T>(
  file: string,
  write: (to: Writable) => Promise<T>,
  mode = 0o666,
): Promise<T> {
  const temporary = join(dirname(file), temporaryName(basename(file)));
  try {
    const result = await writeAndSync(temporary, write, mode);
    await rename(temporary, file);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Names machine and process, so that others can tell whether it is still written. */
function temporaryName(name: string): string {
  return `.${name}.${machineTag()}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

function machineTag(): string {
  return hash('sha256', hostname()).slice(0, 8);
}

/**
 * Deletes what killed processes have left of a file of the folder; without `name`, of any. Of another machine nobody can say here whether
 * its process lives.
 */
export async function removeLeft(folder: string, name?: string): Promise<void> {
  const end = new RegExp(`\\.${machineTag()}-(\\d+)-[0-9a-f]+\\.tmp$`);
  for (const entry of await readdir(folder)) {
    const found = end.exec(entry);
    if (found === null || (name !== undefined && entry.slice(0, found.index) !== `.${name}`)) continue;
    const path = join(folder, entry);
    if (!(await isWritten(path, Number(found[1])))) await rm(path, { force: true });
  }
}

/** In a container that is started again, the process after has the id of the one before. */
async function isWritten(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return isProcessAlive(pid);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return mtimeMs >= performance.timeOrigin;
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
