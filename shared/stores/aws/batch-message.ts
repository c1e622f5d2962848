import { gunzipSync, gzipSync } from 'node:zlib';
import { type Batch, isNewer } from '../../model.ts';

/** SQS bills a message in chunks of 64 KiB; below one chunk, packing would save nothing. */
const plainBytes = 60_000;

/** Far above any batch; a body that unpacks to more is not ours. */
const maxUnpackedBytes = 64 * 1024 * 1024;

const packedMark = 'gz:';

/**
 * The body of the message that carries a batch: JSON, or, when that is longer than 60 kB and compresses well,
 * `gz:` and the gzipped JSON in base64. It holds only characters that SQS accepts.
 */
export function writeMessage(batch: Batch): string {
  const json = JSON.stringify(batch).replaceAll(/[\uFFFE\uFFFF]/g, escapeCharacter);
  if (Buffer.byteLength(json) <= plainBytes) return json;
  const packed = packedMark + gzipSync(json).toString('base64');
  return packed.length < Buffer.byteLength(json) ? packed : json;
}

/**
 * `undefined` for a body that is no batch, which must not fail the other messages of the event. The body of every
 * version is this JSON, plain or packed, with `run`, `id` and, except in the first, `v`: so a batch of a newer
 * version is recognised.
 */
export function readMessage(body: string): Batch | undefined {
  try {
    const isPacked = body.startsWith(packedMark);
    const value: unknown = JSON.parse(isPacked ? unpack(body.slice(packedMark.length)) : body);
    return isBatch(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The two characters that JSON does not escape and SQS refuses ("SendMessage", SQS API reference). */
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

function unpack(base64: string): string {
  return gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxUnpackedBytes }).toString('utf8');
}

function isBatch(value: unknown): value is Batch {
  const { v = 1, run, id, host, requests } = (value ?? {}) as Partial<Record<keyof Batch, unknown>>;
  if (typeof run !== 'string' || typeof id !== 'string' || typeof v !== 'number') return false;
  return isNewer({ v }) || (typeof host === 'string' && Array.isArray(requests));
}
