import { Duplex, PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { SpinneretError } from '../../errors.ts';
import { makeFetchError } from '../fetch-error.ts';
import type { BodySink, FetchResult } from '../types.ts';
import { codingsOf } from './decompress.ts';
import { decodeZstdFrames } from './zstd-frames.ts';

/** Received and not yet taken by the sink: beyond it the connection waits. */
const maxWaitingBytes = 256 * 1_024;

const maxCodings = 5;

type Head = Pick<FetchResult, 'status' | 'headers' | 'body' | 'setCookies'>;

/** A body that goes to a sink as it comes, in constant memory. */
export interface StreamedBody {
  add(chunk: Uint8Array): void;
  /** Once all has come: the head, with what the sink made of the body. Rejects with the error that the request fails with. */
  finish(): Promise<Head & Pick<FetchResult, 'file'>>;
  /** Nothing more comes. Resolves, once the sink is done with the part, to the error that the request fails with. */
  stop(error: Error): Promise<Error>;
}

/** Where a body comes from. `abort` is called when the sink or a coding refuses the rest. */
interface StreamedFrom {
  host: string;
  controller: Dispatcher.DispatchController;
  abort(error: Error): void;
}

export function streamBody(
  sink: BodySink,
  head: Head,
  { host, controller, abort }: StreamedFrom,
): StreamedBody {
  const encoding = sink.encodingOf(head.headers);
  const input = new PassThrough({ highWaterMark: maxWaitingBytes });
  let received = 0;
  let stopped: Promise<Error> | undefined;
  const taking = pipeline([input, ...decodersOf(encoding), writableOf(sink)]);
  const stop = (error: Error): Promise<Error> => {
    input.destroy(error);
    stopped ??= taking.then(
      () => sink.fail(error),
      (cause) => sink.fail(cause === error ? error : errorOf(cause, host, encoding)),
    );
    return stopped;
  };
  taking.catch((cause) => abort(errorOf(cause, host, encoding)));
  input.on('drain', () => controller.resume());
  return {
    stop,
    add(chunk) {
      received += chunk.length;
      if (!input.destroyed && !input.write(chunk)) controller.pause();
    },
    async finish() {
      input.end();
      try {
        await taking;
        return { ...head, file: { ...(await sink.end()), received } };
      } catch (cause) {
        throw await stop(errorOf(cause, host, encoding));
      }
    },
  };
}

function writableOf(sink: BodySink): Writable {
  return new Writable({
    write: (chunk: Uint8Array, _, done) => void sink.write(chunk).then(() => done(), done),
  });
}

/** A coding that is no valid one, or whose end is missing, is a fault of the answer; any other error is the sink's. */
function errorOf(cause: unknown, host: string, encoding: string): Error {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (cause instanceof SpinneretError || !/^(Z_|ERR_[_A-Z]*(DECOMPRESS|ZSTD|BROTLI))|^ZSTD_/.test(code)) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
  const isCut = code === 'Z_BUF_ERROR';
  const message = `${host}: the body ${isCut ? `ends before its ${encoding} does` : `is not valid ${encoding}`}`;
  return makeFetchError(isCut ? 'CONNECTION_LOST' : 'BODY_CORRUPT', message, { cause });
}

/** As `decompress`, beginning with the coding that was applied last; raw deflate, which is none of HTTP, is not among them. */
function decodersOf(encoding: string) {
  const codings = codingsOf(encoding);
  if (codings.length > maxCodings) throw makeFetchError('BODY_CORRUPT', `${codings.length} codings`);
  return codings.reverse().map((coding) => {
    if (coding === 'br') return createBrotliDecompress();
    if (coding === 'zstd') return Duplex.from(decodeZstdFrames);
    return coding === 'deflate' ? createInflate() : createGunzip();
  });
}
