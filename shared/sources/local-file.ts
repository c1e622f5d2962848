import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DropError } from '../errors.ts';
import { parseS3Address, type S3Address } from '../schema/s3-address.ts';
import type { OpenSourceFile, SourceFile } from './types.ts';

/**
 * Opens files of this machine, relative to `baseDir`, whose version is size and modification time; and objects of S3, with the
 * default credentials of AWS.
 */
export function localFiles(baseDir: string): OpenSourceFile {
  return async (path) => {
    const address = parseS3Address(path);
    if (address !== undefined) return openObject(address);
    const handle = await openFile(resolve(baseDir, path));
    const { size, mtimeMs } = await handle.stat();
    return {
      size,
      version: `${size} ${mtimeMs}`,
      readAt: (offset, length) => readAt(handle, offset, length),
      isLocal: true,
      close: () => handle.close(),
    };
  };
}

/** Each chunk of a list has a client of its own, which keeps no connection when the chunk is read. */
async function openObject(address: S3Address): Promise<SourceFile> {
  const { defaultS3Client, openS3Object } = await import('./s3-file.ts');
  const client = defaultS3Client();
  try {
    const file = await openS3Object(client, address);
    // A machine has time for as many lines of an object as of a file.
    return { ...file, isLocal: true, close: async () => client.destroy() };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Opening a named pipe would wait for its writer.
    if (!(await stat(path)).isFile()) throw new DropError('SOURCE_MISSING', `${path} is not a file`);
    return await open(path, 'r');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const isUnreadable = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'].includes(code);
    if (!isUnreadable) throw cause;
    throw new DropError('SOURCE_MISSING', `${path} cannot be read (${code})`, { cause });
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
