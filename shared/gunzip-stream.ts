import { pipeline, type Readable } from 'node:stream';
import { createGunzip, type ZlibOptions } from 'node:zlib';

/**
 * What a source of gzip holds. Unlike `pipe`, which leaves whoever reads waiting for ever, reading fails with the source's own error where
 * that is lost; where reading ends early, the source is closed.
 */
export function gunzipStream(
  source: NodeJS.ReadableStream | AsyncIterable<Uint8Array>,
  options: ZlibOptions = {},
): Readable {
  return pipeline(source, createGunzip(options), () => undefined);
}
