import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { DropError, RetryError } from '../../errors.ts';
import { type ChunkReader, makeChunkReader } from '../answer/chunk-reader.ts';
import { type Framing, type Head, readHead } from '../answer/response-head.ts';
import { kConnecting, kHTTP2Session, kParser, kSocket } from '../undici.cjs';

/** The members of undici's HTTP/1 parser (`lib/dispatcher/client-h1.js`) that are used here. */
interface Http1Parser {
  /** 0 until the head of an answer has been read. */
  statusCode: number;
  execute(bytes: Buffer): void;
  /** Called at the end of the connection, which may be the end of the answer. Returns what is wrong. */
  finish(): Error | null;
  ptr: number;
  llhttp: {
    llhttp_set_lenient_spaces_after_chunk_size(parser: number, isOn: number): void;
    llhttp_set_lenient_optional_cr_before_lf(parser: number, isOn: number): void;
  };
}

interface WatchedSocket extends Socket {
  [kParser]?: Http1Parser;
  [kHTTP2Session]?: ClientHttp2Session;
}

/**
 * Checks a new connection of undici for what the protocol requires of a complete answer, and reads slightly wrong
 * HTTP/1 as curl and browsers do. To be called when the connection is open, before its first request. Returns what it
 * speaks. Why it uses internals of undici: docs/decisions/whole-answers.md.
 */
export function watchConnection(client: object, maxHeaderBytes: number): 'HTTP/1' | 'HTTP/2' {
  const socket = socketOf(client);
  const [parser, session] = [socket?.[kParser], socket?.[kHTTP2Session]];
  if (!socket || (parser === undefined && session === undefined)) {
    throw new Error('undici keeps its connections elsewhere: see docs/decisions/whole-answers.md');
  }
  if (session !== undefined) watchStreams(session);
  else if (parser !== undefined) watchAnswers(socket, parser, maxHeaderBytes);
  return session === undefined ? 'HTTP/1' : 'HTTP/2';
}

/** Whether a client of undici has a connection that nobody has begun to close. */
export function isConnected(client: object): boolean {
  return socketOf(client)?.destroyed === false;
}

export function isConnecting(client: object): boolean {
  return (client as { [kConnecting]?: boolean })[kConnecting] === true;
}

function socketOf(client: object): WatchedSocket | null | undefined {
  return (client as { [kSocket]?: WatchedSocket | null })[kSocket];
}

/**
 * A stream that is reset ends like one with END_STREAM (RFC 9113 §8.1): if the reset has the code NO_ERROR or
 * CANCEL, Node reports no error, and undici takes the incomplete answer for a complete one.
 */
function watchStreams(session: ClientHttp2Session): void {
  const open = session.request.bind(session);
  session.request = (...call) => failUnlessWhole(open(...call));
}

function failUnlessWhole(stream: ClientHttp2Stream): ClientHttp2Stream {
  const push = stream.push.bind(stream);
  let isWhole = false;
  stream.push = (chunk, encoding) => {
    // END_STREAM arrives while a stream is open; the end after a reset, when it is closed.
    if (chunk === null && !stream.closed) isWhole = true;
    return push(chunk, encoding);
  };
  // Before undici's own listener, which would complete the answer.
  stream.once('end', () => {
    if (isWhole) return;
    const reason = `the stream was reset (code ${stream.rstCode}) before the end of the answer`;
    stream.emit('error', new RetryError('CONNECTION_LOST', reason));
  });
  return stream;
}

function watchAnswers(socket: Socket, parser: Http1Parser, maxHeaderBytes: number): void {
  const { llhttp, ptr } = parser;
  llhttp.llhttp_set_lenient_spaces_after_chunk_size(ptr, 1);
  llhttp.llhttp_set_lenient_optional_cr_before_lf(ptr, 1);
  const execute = parser.execute.bind(parser);
  const finish = parser.finish.bind(parser);
  let held: Buffer | undefined;
  let readChunks: ChunkReader | undefined;
  let isFirstChunk = false;
  /** Bytes of the body that are still to come, by its length. */
  let left = Number.POSITIVE_INFINITY;
  /**
   * More bytes than the length: the page may continue, or another answer may be injected for the next request (RFC
   * 9112 §11.2). Requests are not pipelined, so it cannot belong to one.
   */
  const isBeyond = (bytes: Buffer): boolean => {
    const beyond = bytes.length > left && holdsText(bytes, left);
    left = Math.max(0, left - bytes.length);
    if (beyond) {
      const reason = 'the answer goes on after the end that its Content-Length gives';
      socket.destroy(new DropError('RESPONSE_INVALID', reason));
    }
    return beyond;
  };
  const readBody = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    if (isFirstChunk && endsInLfAlone(bytes)) readChunks = makeChunkReader();
    isFirstChunk = false;
    execute(readChunks?.(bytes) ?? bytes);
  };
  const readStart = (bytes: Buffer): void => {
    const head = readFinalHead(bytes);
    if (head.state === 'wrong') {
      socket.destroy(new DropError('RESPONSE_INVALID', `not valid HTTP: ${head.reason}`));
    } else if (head.state === 'incomplete') {
      if (bytes.length > maxHeaderBytes) execute(bytes);
      else held = bytes;
    } else {
      const body = head.isRepaired ? head.rest : head.rest.subarray(head.text.length);
      left = lengthOf(head);
      if (isBeyond(body)) return;
      // A server with wrong line ends in its headers has them in its chunks, too.
      const isOdd = head.isChunked && (head.isRepaired || endsInLfAlone(body));
      readChunks = isOdd ? makeChunkReader() : undefined;
      isFirstChunk = head.isChunked && !isOdd && body.length === 0;
      if (head.isRepaired || isOdd) {
        execute(Buffer.from(head.text, 'latin1'));
        if (!socket.destroyed) readBody(body);
      } else {
        execute(head.rest);
      }
    }
  };
  parser.execute = (chunk) => {
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
    if (chunk.length === 0) {
      execute(chunk);
    } else if (parser.statusCode !== 0) {
      if (!isBeyond(chunk)) readBody(chunk);
    } else {
      held = undefined;
      readStart(bytes);
    }
  };
  // A reset of the connection does not end an answer without a length (RFC 9112 §8).
  parser.finish = () =>
    socket.errored === null
      ? finish()
      : new RetryError('CONNECTION_LOST', `the connection was reset: ${socket.errored.message}`);
}

/** Infinite where the head has no length, or it does not count (RFC 9112 §6.3). */
function lengthOf({ text, length = Number.POSITIVE_INFINITY }: Framing & { text: string }): number {
  const isBodiless = /^HTTP\/1\.\d (?:204|304)/.test(text);
  return isBodiless ? Number.POSITIVE_INFINITY : length;
}

/** Line ends after a body are ignored (RFC 9112 §2.2). */
function holdsText(bytes: Buffer, from: number): boolean {
  return bytes.subarray(from).some((byte) => byte !== 0x0d && byte !== 0x0a);
}

function endsInLfAlone(bytes: Buffer): boolean {
  const lf = bytes.indexOf(0x0a);
  return lf !== -1 && bytes[lf - 1] !== 0x0d;
}

/** `rest`: the bytes from the first one of the head, or, if it was repaired, from the first one after it. */
type FinalHead =
  | Exclude<Head, { state: 'read' }>
  | ({ state: 'read'; text: string; isRepaired: boolean; rest: Buffer } & Framing);

/** The head of the final answer: 1xx before it say nothing that a page needs (RFC 9110 §15.2). */
function readFinalHead(bytes: Buffer): FinalHead {
  let from = bytes;
  for (;;) {
    const head = readHead(from);
    if (head.state !== 'read') return head;
    const isInterim = /^HTTP\/1\.. 1(?!01)/.test(head.text);
    if (!isInterim) {
      const { text, isRepaired, isChunked, length } = head;
      const rest = isRepaired ? from.subarray(head.bytes) : from;
      return { state: 'read', text, isRepaired, isChunked, length, rest };
    }
    from = from.subarray(head.bytes);
  }
}
