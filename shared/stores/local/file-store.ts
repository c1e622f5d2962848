import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileStore, FileWriter, KeptPart } from '../../coordination/file-store.ts';
import { HaltError } from '../../errors.ts';
import type { FileFact } from '../../model.ts';
import { hashOfFile, partsOfRun, storedFile } from './stored-files.ts';

/**
 * What a killed process, or a power cut, may cost of a file: each time so much was written, it is brought to the disk, and noted
 * that it is.
 */
const bytesPerNote = 8 * 1_048_576;

/**
 * Files in a folder, which only its owner may read: those that are whole in `whole`, under their hashes, what is left of attempts in
 * `parts`. `token` gives a new name for each attempt, so that a process that wakes up late writes into nobody else's.
 */
export function openFileStore(
  folder: string,
  { token, noteAfterBytes = bytesPerNote }: { token: () => string; noteAfterBytes?: number },
): FileStore {
  return {
    readKept: (run, key) => orHalt(folder, () => readKept(folder, keptNote(folder, run, key))),
    noteKept: (run, key, file) =>
      orHalt(folder, () => writeFile(keptNote(folder, run, key), JSON.stringify(file))),
    readPart: (run, key) => orHalt(folder, () => readPart(partsOfRun(folder, run), key)),
    dropParts: (run, key) => orHalt(folder, () => removeAttempts(partsOfRun(folder, run), nameOfKey(key))),
    begin: (run, key) =>
      orHalt(folder, async () => {
        const parts = partsOfRun(folder, run);
        await mkdir(parts, { recursive: true, mode: 0o700 });
        const file = join(parts, `${nameOfKey(key)}.${token()}`);
        return writerOf(folder, file, await open(file, 'wx'), noteAfterBytes);
      }),
  };
}

function keptNote(folder: string, run: string, key: string): string {
  return join(partsOfRun(folder, run), `${nameOfKey(key)}${keptExtension}`);
}

/** Not brought to the disk, as the file itself is: one that is torn says nothing. */
async function readKept(folder: string, note: string): Promise<FileFact | undefined> {
  const text = await readFile(note, 'utf8').catch(() => '');
  if (!text.endsWith('}')) return undefined;
  const file = JSON.parse(text) as FileFact;
  const there = await stat(storedFile(folder, file.sha256)).catch(() => undefined);
  return there?.size === file.bytes ? file : undefined;
}

/** Keys tell upper from lower case, which file systems may not. */
function nameOfKey(key: string): string {
  return hash('sha256', key, 'hex').slice(0, 32);
}

async function orHalt<T>(folder: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new HaltError('STORE_FAILED', `the files in ${folder}: ${(cause as Error).message}`, { cause });
  }
}

/** The note beside a part: the validator, then, line by line, how many of its bytes are on the disk. */
const noteExtension = '.note';

/** The note that an address has been fetched whole. */
const keptExtension = '-kept';

function writerOf(folder: string, file: string, handle: FileHandle, noteAfterBytes: number): FileWriter {
  let note: FileHandle | undefined;
  let [written, noted] = [0, 0];
  const sync = async () => {
    if (note === undefined || written === noted) return;
    await handle.datasync();
    await note.write(`${written}\n`);
    await note.datasync();
    noted = written;
  };
  const close = async () => {
    await handle.close();
    await note?.close();
  };
  const remove = () => Promise.all([rm(file, { force: true }), rm(file + noteExtension, { force: true })]);
  return {
    keepAs: (validator) =>
      orHalt(folder, async () => {
        note = await open(file + noteExtension, 'wx');
        await note.write(`${JSON.stringify(validator)}\n`);
      }),
    write: (chunk) =>
      orHalt(folder, async () => {
        await handle.writev([chunk]);
        written += chunk.length;
        if (written - noted >= noteAfterBytes) await sync();
      }),
    finish: (sha256) =>
      orHalt(folder, async () => {
        await handle.sync();
        await close();
        const isEqual = await moveInto(folder, file, sha256);
        await removeAttempts(dirname(file), basename(file).split('.', 1)[0] ?? '');
        return { isEqual };
      }),
    leave: () =>
      orHalt(folder, async () => {
        await sync();
        await close();
        if (noted === 0) await remove();
        return noted;
      }),
    discard: () =>
      orHalt(folder, async () => {
        await close();
        await remove();
      }),
  };
}

/**
 * Whether the store has the file already: of two attempts at equal bytes one is first. One that was changed since, as by a program that
 * writes into its links, is replaced.
 */
async function moveInto(folder: string, file: string, sha256: string): Promise<boolean> {
  const target = storedFile(folder, sha256);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const isNew = await linkTo(file, target);
  if (!isNew && (await hashOfFile(target)) === sha256) {
    await rm(file);
    return true;
  }
  // Of the two names of one file, one goes; where there is no such thing, the file gets its place.
  if (isNew) await rm(file);
  else await rename(file, target);
  await syncFolder(dirname(target));
  return false;
}

/** `false`: the name is taken, or the file system gives a file no second one. */
async function linkTo(file: string, target: string): Promise<boolean> {
  try {
    await link(file, target);
    return true;
  } catch {
    return false;
  }
}

/** A name outlives a power cut once its folder is on the disk; Windows cannot open folders, and needs none of it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}

/** What all attempts at an address have left. */
async function removeAttempts(parts: string, name: string): Promise<void> {
  const names = await attemptsAt(parts, name);
  await Promise.all(names.map((attempt) => rm(join(parts, attempt), { force: true })));
}

async function attemptsAt(parts: string, name: string): Promise<string[]> {
  const all = await readdir(parts).catch(() => []);
  return all.filter((attempt) => attempt.startsWith(`${name}.`));
}

/** The longest part of those that attempts have left. */
async function readPart(parts: string, key: string): Promise<KeptPart | undefined> {
  const names = await attemptsAt(parts, nameOfKey(key));
  let best: KeptPart | undefined;
  for (const name of names.filter((entry) => entry.endsWith(noteExtension))) {
    const [first = '', ...lines] = (await readFile(join(parts, name), 'utf8')).split('\n');
    // The last line may be torn: each that counts has its end.
    const bytes = Math.max(0, ...lines.slice(0, -1).map(Number).filter(Number.isSafeInteger));
    const file = join(parts, name.slice(0, -noteExtension.length));
    const size = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (bytes === 0 || size < bytes || bytes <= (best?.bytes ?? 0)) continue;
    best = {
      validator: JSON.parse(first) as string,
      bytes,
      read: () => createReadStream(file, { end: bytes - 1, highWaterMark: 1_048_576 }),
    };
  }
  return best;
}
