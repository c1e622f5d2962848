import { type SessionKey, seal, unseal } from './seal.ts';

/** How many bytes of the wrapped key follow: KMS gives some 180, and at most 6,144 (API reference, GenerateDataKey). */
const lengthBytes = 2;

/** A file that is sealed with a key of its own, which stands before it, wrapped. */
export function packSealedFile(
  { key, wrapped }: { key: SessionKey; wrapped: Uint8Array },
  context: string,
  text: string,
): Uint8Array {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, seal(key, context, text)]);
}

/** The text of a sealed file; `undefined` where it was sealed for another context, was changed, or is no sealed file. */
export async function openSealedFile(
  packed: Uint8Array,
  context: string,
  unwrap: (wrapped: Uint8Array) => Promise<SessionKey>,
): Promise<string | undefined> {
  const bytes = Buffer.from(packed);
  const end = bytes.length < lengthBytes ? 0 : lengthBytes + bytes.readUInt16BE();
  if (end <= lengthBytes || end >= bytes.length) return undefined;
  return unseal(await unwrap(bytes.subarray(lengthBytes, end)), context, bytes.subarray(end));
}
