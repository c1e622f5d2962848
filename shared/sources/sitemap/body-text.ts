import { setImmediate } from 'node:timers/promises';
import { markOf, openDecoder } from '../../fetch/charset/charset.ts';
import { xmlLabel } from '../../fetch/charset/meta-charset.ts';
import { gunzipStream } from '../../gunzip-stream.ts';

const chunkBytes = 65_536;
/** A large file must not keep the process from renewing its leases. */
const bytesPerTurn = 1_048_576;

/** The body in chunks, gunzipped if it begins with gzip's magic number (RFC 1952 §2.3.1). Rejects when the gzip is broken. */
export function unpack(body: Uint8Array): AsyncIterable<Uint8Array> {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  return isGzip ? gunzipStream(slice(body), { chunkSize: chunkBytes }) : slice(body);
}

/** Decodes by byte order mark, else by the XML declaration, else as UTF-8. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: ReturnType<typeof openDecoder> | undefined;
  for await (const chunk of chunks) {
    decoder ??= openDecoder(sniffEncoding(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder) yield decoder.decode();
}

async function* slice(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += chunkBytes) {
    if (at > 0 && at % bytesPerTurn === 0) await setImmediate();
    yield body.subarray(at, at + chunkBytes);
  }
}

function sniffEncoding(start: Uint8Array): string {
  const marked = markOf(start);
  if (marked !== undefined) return marked;
  const head = Buffer.from(start.subarray(0, 200)).toString('latin1').trimStart();
  const declared = xmlLabel(head, () => true) ?? 'utf-8';
  // A declaration in bytes that can be read cannot be right about UTF-16.
  return /^(utf-?16|ucs-?2)/i.test(declared) ? 'utf-8' : declared;
}
