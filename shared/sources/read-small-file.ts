import type { OpenSourceFile } from './types.ts';

/**
 * The whole of a file that is to fit into memory. `tooLarge` makes the error for one of more than `maxBytes`; throws it, and
 * what opening it throws.
 */
export async function readSmallFile(
  openFile: OpenSourceFile,
  path: string,
  maxBytes: number,
  tooLarge: (bytes: number) => Error,
): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    if (file.size > maxBytes) throw tooLarge(file.size);
    return await file.readAt(0, file.size);
  } finally {
    await file.close();
  }
}
