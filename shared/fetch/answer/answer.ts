import type { Dispatcher } from 'undici';
import { makeFetchError, toFetchError } from '../fetch-error.ts';
import type { BodySink, FetchResult, ReadsErrors } from '../types.ts';
import { codingsOf, decompress } from './decompress.ts';
import { meaningOf } from './status.ts';
import { errorOfStatus } from './status-error.ts';
import { type StreamedBody, streamBody } from './stream-body.ts';

/** Reading the rest of an unwanted body keeps its connection open; beyond this size, a new connection is cheaper. */
const MAX_DISCARDED_BYTES = 64 * 1_024;

/** The request, and the limits of its answer. */
export interface Asked {
  url: URL;
  maxBodyBytes: number;
  /** Epoch ms. */
  now: () => number;
  /** Epoch ms after which the request must not be written. */
  startBy: number;
  onSent: ((at: number) => void) | undefined;
  /** As in `FetchCall`. */
  readsErrors: ReadsErrors;
  /** As in `FetchCall`. */
  sink: BodySink | undefined;
}

/** The part of a `FetchResult` that the server decides. */
export type Answer = Pick<FetchResult, 'status' | 'headers' | 'body' | 'redirect' | 'setCookies' | 'file'>;

/** Receives an answer. */
export interface AnswerReader {
  /** For undici, which calls it as the answer arrives. */
  handler: Dispatcher.DispatchHandler;
  /** Settles as soon as the outcome is known: for redirects and errors, before the body has arrived. */
  result: Promise<Answer | 'late'>;
  /** Resolves when the connection is free or gone. */
  closed: Promise<void>;
  /** Rejects `result`, unless it is settled, and closes the connection. */
  abort(error: Error): void;
  /** May the request still be sent? Where its turn is over, the result is `late`. */
  mayStart(): boolean;
  /** The connection was lost before a byte of the answer. */
  isUnanswered(): boolean;
}

type Headers = Record<string, string | string[] | undefined>;

/** Reads one answer to its end; its body is decompressed, and never larger than `maxBodyBytes`. */
export function readAnswer(asked: Asked): AnswerReader {
  const { promise: result, resolve, reject } = Promise.withResolvers<Answer | 'late'>();
  const { promise: closed, resolve: end } = Promise.withResolvers<void>();
  let controller: Dispatcher.DispatchController | undefined;
  let abortedBy: Error | undefined;
  let body: Body | undefined;
  let streamed: StreamedBody | undefined;
  let hasHeard = false;
  let isUnanswered = false;
  /** An error by its status stays one, whatever becomes of its body. */
  const fail = (error: Error): void => {
    if (streamed !== undefined) return void streamed.stop(error).then(reject, reject);
    const part = body?.part();
    if (part === undefined) reject(error);
    else resolve(part);
  };
  const abort = (error: Error): void => {
    abortedBy ??= error;
    fail(error);
    controller?.abort(error);
    end();
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (abortedBy !== undefined) started.abort(abortedBy);
      const at = asked.now();
      if (at <= asked.startBy) return asked.onSent?.(at);
      resolve('late');
      // Unlike an abort, an error thrown before the request is written keeps the connection usable.
      throw makeFetchError('TIMEOUT', `${asked.url.host}: its turn is over`);
    },
    onResponseStart(started, status, headers) {
      hasHeard = true;
      // 1xx: the final answer is still to come.
      if (status < 200) return;
      if (asked.sink?.takes(status, joinHeaders(headers)) === true) {
        streamed = streamBody(asked.sink, makeAnswer(status, headers), {
          host: asked.url.host,
          controller: started,
          abort,
        });
        return;
      }
      const early = judgeHead(asked, status, headers);
      if (early instanceof Error) reject(early);
      else if (early !== undefined) resolve(early);
      body = openBody(asked, status, headers, early === undefined ? 'read' : 'discarded');
      if (body.isTooLarge()) abort(bodyTooLarge(asked));
    },
    onResponseData(_, chunk) {
      streamed?.add(chunk);
      body?.add(chunk);
      if (body?.isTooLarge()) abort(bodyTooLarge(asked));
    },
    onResponseEnd() {
      end();
      if (streamed !== undefined) return void streamed.finish().then(resolve, reject);
      const answer = body?.finish();
      if (answer instanceof Error) fail(answer);
      else if (answer !== undefined) resolve(answer);
    },
    onResponseError(_, error) {
      end();
      const whole = body?.finishShort() ?? body?.part();
      if (whole !== undefined) return resolve(whole);
      const failure = toFetchError(error, asked.url.host, 'answering', body?.describeShortfall());
      if (streamed !== undefined) return fail(failure);
      isUnanswered = !hasHeard && abortedBy === undefined && failure.code === 'CONNECTION_LOST';
      reject(failure);
    },
  };
  const mayStart = (): boolean => {
    if (asked.now() <= asked.startBy) return abortedBy === undefined;
    resolve('late');
    end();
    return false;
  };
  return { handler, result, closed, abort, mayStart, isUnanswered: () => isUnanswered };
}

/** What status and headers alone decide. */
function judgeHead(asked: Asked, status: number, headers: Headers): Answer | Error | undefined {
  const { host } = asked.url;
  const meaning = meaningOf(status, textOf(headers['content-range']));
  if (meaning.is === 'redirect' || meaning.is === 'choice') {
    const redirect = locationOf(asked.url, headers['location']);
    if (redirect !== undefined) {
      return { ...makeAnswer(status, headers), redirect };
    }
    if (meaning.is === 'redirect') {
      return makeFetchError('REDIRECT_INVALID', `${host} answered ${status} without a usable Location`);
    }
  }
  if (!isError(meaning) || asked.readsErrors === true) return undefined;
  if (asked.readsErrors === false) {
    return errorOfStatus(asked.url.href, status, joinHeaders(headers), asked.now());
  }
  return asked.readsErrors(status) ? undefined : makeAnswer(status, headers);
}

function isError({ is }: ReturnType<typeof meaningOf>): boolean {
  return is !== 'page' && is !== 'empty';
}

/** Absolute and without fragment; `undefined` when it is missing, ambiguous or no http(s) URL. */
function locationOf(base: URL, header: string | string[] | undefined): string | undefined {
  const [location, ...others] = new Set([header ?? []].flat());
  if (location === undefined || location === '' || others.length > 0) return undefined;
  // Headers are bytes, read here as Latin-1. They are sent back as the same bytes: UTF-8, or an encoding of the
  // site's own.
  const target = URL.parse(location.replace(/[\x80-\xff]/g, escapeByte), base.href);
  if (target === null || !/^https?:$/.test(target.protocol)) return undefined;
  target.hash = '';
  return target.href;
}

function escapeByte(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase()}`;
}

interface Body {
  /** Of an error of which a part is enough: the answer without its body, whatever became of that. */
  part(): Answer | undefined;
  add(chunk: Uint8Array): void;
  isTooLarge(): boolean;
  finish(): Answer | Error | undefined;
  /**
   * For a body that ended before its Content-Length: the answer, if that is the length of the body before
   * compression, as some servers send it and all browsers accept.
   */
  finishShort(): Answer | undefined;
  /** How many bytes are missing. */
  describeShortfall(): string | undefined;
}

function openBody(asked: Asked, status: number, headers: Headers, use: 'read' | 'discarded'): Body {
  const encoding = textOf(headers['content-encoding']) ?? '';
  const isDiscarded = use === 'discarded';
  const isPart =
    typeof asked.readsErrors === 'function' && isError(meaningOf(status, textOf(headers['content-range'])));
  const limit = isDiscarded || isPart ? MAX_DISCARDED_BYTES : limitOf(encoding, asked.maxBodyBytes);
  const declared = status === 204 || status === 304 ? 0 : Number(textOf(headers['content-length']) ?? 0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const finish = (): Answer | Error => {
    const body = decompress(joinChunks(chunks), encoding, asked.maxBodyBytes);
    if (body.state === 'done') return makeAnswer(status, headers, body.body);
    if (body.state === 'tooLarge') return bodyTooLarge(asked);
    const isCut = body.state === 'cut';
    const message = `${asked.url.host}: the body ${isCut ? `ends before its ${encoding} does` : `is not valid ${encoding}`}`;
    return makeFetchError(isCut ? 'CONNECTION_LOST' : 'BODY_CORRUPT', message, { cause: body.cause });
  };
  return {
    part: () => (isPart ? makeAnswer(status, headers) : undefined),
    add(chunk) {
      bytes += chunk.length;
      if (!isDiscarded) chunks.push(chunk);
    },
    isTooLarge: () => bytes > limit || declared > limit,
    finish: () => (isDiscarded ? undefined : finish()),
    finishShort() {
      if (isDiscarded || bytes >= declared || codingsOf(encoding).length === 0) return undefined;
      const answer = finish();
      return answer instanceof Error || answer.body.length !== declared ? undefined : answer;
    },
    describeShortfall: () => (bytes < declared ? `${bytes} of ${declared} bytes came` : undefined),
  };
}

/** The limit for the compressed body: data that does not compress grows slightly. */
function limitOf(encoding: string, maxBodyBytes: number): number {
  return codingsOf(encoding).length === 0 ? maxBodyBytes : Math.ceil(maxBodyBytes * 1.01) + 1_024;
}

function bodyTooLarge({ url, maxBodyBytes }: Asked): Error {
  return makeFetchError('BODY_TOO_LARGE', `${url.host} sent more than ${maxBodyBytes} bytes`);
}

function joinChunks(chunks: Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function makeAnswer(status: number, headers: Headers, body: Uint8Array = new Uint8Array()): Answer {
  const answer: Answer = { status, headers: joinHeaders(headers), body };
  const setCookies = headers['set-cookie'];
  if (setCookies !== undefined) answer.setCookies = [setCookies].flat();
  return answer;
}

/** The headers themselves where each came once, as on most pages. */
function joinHeaders(headers: Headers): Record<string, string> {
  if (areSingle(headers)) return headers;
  const joined: Record<string, string> = {};
  for (const name in headers) joined[name] = textOf(headers[name]) ?? '';
  return joined;
}

function areSingle(headers: Headers): headers is Record<string, string> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
