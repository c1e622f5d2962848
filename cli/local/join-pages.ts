import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HaltError } from '../../shared/errors.ts';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { KeptPages, Run } from '../../shared/model.ts';
import { keptFolderOf, storedFile } from '../../shared/stores/local/stored-files.ts';
import { writeInfo } from '../../shared/warc/write-records.ts';
import type { Project } from '../project.ts';

/** Of a folder of a run; those that are not whole yet among them. */
export function isPagesFile(name: string): boolean {
  return /^pages-\d{5}\.warc\.gz(\.part)?$/.test(name);
}

/** What the field calls a good size for one file of an archive. */
const maxFileBytes = 1_000_000_000;

/** Read by one process at a time: a second of work at most, and some hundred pages. */
const partBytes = 524_288;

/**
 * Puts the pages of a run that is over together, in the order of its outcomes: what no outcome names is not of the run. Each file
 * is whole or not there, and for its owner alone. What was put together before stays, since the parts that it was made of are gone.
 */
export async function joinPages(
  project: Project,
  run: Run,
  folder: string,
  maxBytes = maxFileBytes,
): Promise<PagesFile[]> {
  if (!keepsPages(run)) return [];
  const before = await readPagesFiles(folder);
  const kept = keptFolder(project, run.id);
  if (before !== undefined || !existsSync(kept)) return before ?? [];
  await mkdir(folder, { recursive: true });
  const writer = makeWriter(folder, run, maxBytes);
  for await (const outcome of project.store.outcomes.list(run.id)) {
    if (outcome.kept !== undefined) await writer.add(storedFile(kept, outcome.kept.file), outcome.kept);
  }
  return writer.end();
}

/** Once the manifest names what was put together, the parts are no longer needed; nor is what no outcome named. */
export async function removeParts(project: Project, run: Run): Promise<void> {
  if (keepsPages(run)) await rm(keptFolder(project, run.id), { recursive: true, force: true });
}

function keepsPages({ job }: Run): boolean {
  return (job as unknown as Job).keep !== undefined;
}

export function keptFolder({ projectDir, settings }: Project, run: string): string {
  return keptFolderOf(resolve(projectDir, settings.store), run);
}

/** Those that the manifest of a run names; `undefined` where it has none, or where they are gone. */
async function readPagesFiles(folder: string): Promise<PagesFile[] | undefined> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { kept } = JSON.parse(text) as { kept?: PagesFile[] };
  return kept?.every(({ name }) => existsSync(join(folder, name))) ? kept : undefined;
}

function makeWriter(folder: string, run: Run, maxBytes: number) {
  const files: PagesFile[] = [];
  let file: { handle: FileHandle; entry: PagesFile } | undefined;
  const begin = async () => {
    const name = `pages-${String(files.length + 1).padStart(5, '0')}.warc.gz`;
    const part = join(folder, `${name}.part`);
    // One that is there, as after a kill, would keep its own rights.
    await rm(part, { force: true });
    const handle = await open(part, 'wx', 0o600);
    const info = await writeInfo(name, {
      ...{ software: 'Spinneret', format: 'WARC File Format 1.1', description: `run ${run.id}` },
      conformsTo: 'http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/',
    });
    await handle.write(info);
    return { handle, entry: { name, bytes: info.length, pages: 0, parts: [info.length] } };
  };
  const end = async () => {
    if (file === undefined) return;
    const { handle, entry } = file;
    await handle.sync();
    await handle.close();
    await rename(join(folder, `${entry.name}.part`), join(folder, entry.name));
    files.push(entry);
    file = undefined;
  };
  return {
    async add(part: string, { bytes, pages }: KeptPages): Promise<void> {
      if (file !== undefined && file.entry.bytes + bytes > maxBytes) await end();
      file ??= await begin();
      const { handle, entry } = file;
      if (entry.bytes - (entry.parts.at(-1) ?? 0) >= partBytes) entry.parts.push(entry.bytes);
      await append(handle, part);
      entry.bytes += bytes;
      entry.pages += pages;
    },
    async end(): Promise<PagesFile[]> {
      await end();
      return files;
    },
  };
}

async function append(to: FileHandle, part: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(part, { highWaterMark: 1_048_576 })) await to.writev([chunk]);
  } catch (cause) {
    const message = `the pages that the run has kept cannot be put together: ${(cause as Error).message}`;
    throw new HaltError('STORE_FAILED', message, { cause });
  }
}
