import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HaltError } from '../shared/errors.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import type { PagesFile } from '../shared/job/pages-of-run.ts';
import type { KeptPages, Run } from '../shared/model.ts';
import { type KnownPayloads, withoutRepeats } from '../shared/warc/without-repeats.ts';
import { writeInfo } from '../shared/warc/write-records.ts';

/** What one batch has kept: whole records, which its outcome names. */
export interface BatchOfPages {
  kept: KeptPages;
  read(): AsyncIterable<Uint8Array>;
}

/** What the field calls a good size for one file of an archive. */
export const maxPagesFileBytes = 1_000_000_000;

/** Read by one process at a time: a second of work at most, and some hundred pages. */
const partBytes = 524_288;

/** Of a folder of a run; those that are not whole yet among them. */
export function isPagesFile(name: string): boolean {
  return /^pages-\d{5}\.warc\.gz(\.part)?$/.test(name);
}

export function keepsPages(run: Run): boolean {
  return jobOf(run).keep !== undefined;
}

/** Those that the manifest of a run names; `undefined` where it has none, or where they are gone. */
export async function readPagesFiles(folder: string): Promise<PagesFile[] | undefined> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { kept } = JSON.parse(text) as { kept?: PagesFile[] };
  return kept?.every(({ name }) => existsSync(join(folder, name))) ? kept : undefined;
}

/**
 * Puts parts together, in their order. Each file is whole or not there, and for its owner alone. Throws `HaltError` STORE_FAILED for a
 * part that cannot be read, or has more or fewer bytes than its outcome says.
 */
export async function joinKept(
  run: string,
  folder: string,
  parts: AsyncIterable<BatchOfPages>,
  maxBytes = maxPagesFileBytes,
): Promise<PagesFile[]> {
  await mkdir(folder, { recursive: true });
  const files: PagesFile[] = [];
  const known: KnownPayloads = new Map();
  let file: OpenFile | undefined;
  const end = async () => {
    if (file !== undefined) files.push(await closeFile(folder, file));
    file = undefined;
  };
  for await (const part of parts) {
    if (file !== undefined && file.entry.bytes + part.kept.bytes > maxBytes) await end();
    file ??= await openFile(folder, run, files.length + 1);
    await append(file, part, known);
  }
  await end();
  return files;
}

interface OpenFile {
  handle: FileHandle;
  entry: PagesFile;
}

async function openFile(folder: string, run: string, number: number): Promise<OpenFile> {
  const name = `pages-${String(number).padStart(5, '0')}.warc.gz`;
  const part = join(folder, `${name}.part`);
  // One that is there, as after a kill, would keep its own rights.
  await rm(part, { force: true });
  const handle = await open(part, 'wx', 0o600);
  const info = await writeInfo(name, {
    ...{ software: 'Spinneret', format: 'WARC File Format 1.1', description: `run ${run}` },
    conformsTo: 'http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/',
  });
  await handle.write(info);
  return { handle, entry: { name, bytes: info.length, pages: 0, parts: [info.length] } };
}

async function closeFile(folder: string, { handle, entry }: OpenFile): Promise<PagesFile> {
  await handle.sync();
  await handle.close();
  await rename(join(folder, `${entry.name}.part`), join(folder, entry.name));
  return entry;
}

async function append(
  { handle, entry }: OpenFile,
  { kept, read }: BatchOfPages,
  known: KnownPayloads,
): Promise<void> {
  if (entry.bytes - (entry.parts.at(-1) ?? 0) >= partBytes) entry.parts.push(entry.bytes);
  let came = 0;
  const records = counted(read(), (bytes) => {
    came += bytes;
  });
  const { large = [] } = kept.loaded ?? {};
  try {
    for await (const chunk of large.length === 0 ? records : withoutRepeats(records, large, known)) {
      await handle.writev([chunk]);
      entry.bytes += chunk.length;
    }
  } catch (cause) {
    throw notJoined((cause as Error).message, { cause });
  }
  if (came !== kept.bytes) throw notJoined(`${kept.file} has ${came} of ${kept.bytes} bytes`);
  entry.pages += kept.pages;
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk(chunk.length);
    yield chunk;
  }
}

function notJoined(why: string, options?: { cause: unknown }): HaltError {
  const message = `the pages that the run has kept cannot be put together: ${why}`;
  return new HaltError('STORE_FAILED', message, options);
}
