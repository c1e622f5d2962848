import { createHash } from 'node:crypto';
import { appendFileSync, globSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileStore, FileWriter } from '../../../shared/coordination/file-store.ts';
import { openFileStore } from '../../../shared/stores/local/file-store.ts';
import { storedFile } from '../../../shared/stores/local/stored-files.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const etag = '"v1"';

let folder: ReturnType<typeof temporaryFolder>;
let store: FileStore;
/** Whose processes were killed, so that nobody closes them. */
let abandoned: FileWriter[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  let attempts = 0;
  store = openFileStore(folder.path, { token: () => String(attempts++), noteAfterBytes: 10 });
});
afterEach(async () => {
  await Promise.all(abandoned.map((writer) => writer.discard()));
  abandoned = [];
  folder.remove();
});

const names = () =>
  globSync('**/*', { cwd: folder.path, withFileTypes: true }).filter((entry) => entry.isFile());

/** An attempt that ends as that of a killed process does: with what is on the disk. */
async function abandon(bytes: string, key = 'a'): Promise<void> {
  const writer = await store.begin('r', key);
  abandoned.push(writer);
  await writer.keepAs(etag);
  for (const byte of bytes) await writer.write(Buffer.from(byte));
}

async function kept(key = 'a'): Promise<string | undefined> {
  const part = await store.readPart('r', key);
  return part === undefined ? undefined : `${part.validator} ${await buffer(part.read())}`;
}

async function keep(bytes: Uint8Array, key = 'a'): Promise<boolean> {
  const writer = await store.begin('r', key);
  await writer.write(bytes);
  return (await writer.finish(hashOf(bytes), 'text/plain')).isEqual;
}

describe('openFileStore', () => {
  it('goes on from what is noted to be on the disk, and from no byte behind it', async () => {
    await abandon('0123456789abcdefghijXYZ');
    expect(await kept()).toBe(`${etag} 0123456789abcdefghij`);
  });

  it('goes on from all that an attempt has left in order', async () => {
    const writer = await store.begin('r', 'a');
    await writer.keepAs(etag);
    await writer.write(Buffer.from('0123456789abc'));
    expect(await writer.leave()).toBe(13);
    expect(await kept()).toBe(`${etag} 0123456789abc`);
  });

  it('takes the longest of several, of this address and run alone', async () => {
    await abandon('0123456789');
    await abandon('0123456789abcdefghij');
    await abandon('0123456789');
    expect(await kept()).toBe(`${etag} 0123456789abcdefghij`);
    expect(await kept('A')).toBeUndefined();
    expect(await store.readPart('other', 'a')).toBeUndefined();
  });

  it.each([
    ['whose note is torn', (file: string) => appendFileSync(`${file}.note`, '99')],
    ['of which more was written', (file: string) => appendFileSync(file, 'garbage')],
  ])('goes on from a part %s as far as it is sure', async (_what, harm) => {
    await abandon('0123456789');
    harm(join(folder.path, globSync('parts/r/*.0', { cwd: folder.path })[0] ?? ''));
    expect(await kept()).toBe(`${etag} 0123456789`);
  });

  it('goes on from nothing where bytes are missing that were noted', async () => {
    await abandon('0123456789');
    truncateSync(join(folder.path, globSync('parts/r/*.0', { cwd: folder.path })[0] ?? ''), 5);
    expect(await kept()).toBeUndefined();
  });

  it('shows a file under its hash once it is whole, and leaves nothing else of it', async () => {
    await abandon('0123456789');
    const bytes = Buffer.from('0123456789abc');
    expect(await keep(bytes)).toBe(false);
    expect(readFileSync(storedFile(folder.path, hashOf(bytes)))).toEqual(bytes);
    expect(names()).toHaveLength(1);
  });

  it('keeps equal bytes once', async () => {
    const bytes = Buffer.from('equal');
    expect([await keep(bytes), await keep(bytes, 'b')]).toEqual([false, true]);
    expect(names()).toHaveLength(1);
  });

  it('does not take a file for equal into which somebody has written', async () => {
    const bytes = Buffer.from('equal');
    await keep(bytes);
    writeFileSync(storedFile(folder.path, hashOf(bytes)), 'other');
    expect(await keep(bytes)).toBe(false);
    expect(readFileSync(storedFile(folder.path, hashOf(bytes)))).toEqual(bytes);
  });

  it('lets a writer that wakes up late disturb nobody', async () => {
    const late = await store.begin('r', 'a');
    abandoned.push(late);
    await late.keepAs(etag);
    await late.write(Buffer.from('0123456789'));
    const part = await store.readPart('r', 'a');
    const bytes = Buffer.from('0123456789abc');
    const writer = await store.begin('r', 'a');
    await writer.write(part === undefined ? Buffer.of() : await buffer(part.read()));
    await late.write(Buffer.from('WRONG'));
    await writer.write(Buffer.from('abc'));
    await writer.finish(hashOf(bytes), 'text/plain');
    expect(readFileSync(storedFile(folder.path, hashOf(bytes)))).toEqual(bytes);
  });

  it('keeps nothing of an attempt that is discarded, and of all at an address that are dropped', async () => {
    const writer = await store.begin('r', 'a');
    await writer.keepAs(etag);
    await writer.write(Buffer.from('0123456789'));
    await writer.discard();
    await abandon('0123456789', 'b');
    await store.dropParts('r', 'b');
    expect(names()).toEqual([]);
  });

  it('knows what a run has kept, as long as the file is there and the note whole', async () => {
    const bytes = Buffer.from('kept');
    await keep(bytes);
    const file = { sha256: hashOf(bytes), bytes: 4, type: 'text/plain', name: 'kept.txt' };
    await store.noteKept('r', 'a', file);
    expect(await store.readKept('r', 'a')).toEqual(file);
    expect([await store.readKept('r', 'b'), await store.readKept('s', 'a')]).toEqual([undefined, undefined]);
    truncateSync(storedFile(folder.path, file.sha256), 3);
    expect(await store.readKept('r', 'a')).toBeUndefined();
    const [note = ''] = globSync('parts/r/*-kept', { cwd: folder.path });
    truncateSync(join(folder.path, note), 20);
    expect(await store.readKept('r', 'a')).toBeUndefined();
  });

  it('says what is wrong with the disk', async () => {
    writeFileSync(join(folder.path, 'parts'), 'a file');
    await expect(store.begin('r', 'a')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});
