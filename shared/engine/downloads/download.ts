import { createHash } from 'node:crypto';
import type { FileStore, FileWriter, KeptPart } from '../../coordination/file-store.ts';
import { DropError, RetryError, type SpinneretError } from '../../errors.ts';
import type { BodySink, FetchResult } from '../../fetch/types.ts';
import type { Job } from '../../job/schema.ts';
import type { FileFact } from '../../model.ts';
import { calledBy, safeFileName } from './file-name.ts';
import { sampleBytes, type TypeOfFile, typeOfFile } from './file-type.ts';
import { readContentRange, strongValidatorOf } from './validator.ts';

export interface DownloadRequest {
  run: string;
  url: string;
  /** Names the address within the run. */
  key: string;
}

/** So much more of a file has to be kept for an attempt that was cut off to be none that failed. */
const minProgressBytes = 1_048_576;

/**
 * Fetches a file with the sink, unless this run has it and lost the outcome that said so. What was left of a file that is another one
 * now is thrown away.
 */
export async function fetchFile(
  store: FileStore,
  request: DownloadRequest,
  files: Job['files'],
  fetch: (sink: BodySink) => Promise<FetchResult | 'late'>,
): Promise<FetchResult | 'late'> {
  const { run, url, key } = request;
  const kept = await store.readKept(run, key);
  if (kept !== undefined) return answerOfKept(url, kept);
  try {
    const answer = await fetch(await openDownload(store, request, files));
    if (answer !== 'late' && answer.file !== undefined)
      await store.noteKept(run, key, factOfKept(answer.file));
    return answer;
  } catch (error) {
    if (error instanceof RetryError && error.code === 'FILE_CHANGED') {
      await store.dropParts(run, key);
    }
    throw error;
  }
}

function answerOfKept(url: string, kept: FileFact): FetchResult {
  const file = { ...kept, received: 0 };
  return { url, status: 200, headers: {}, body: new Uint8Array(), ms: 0, startedAt: Date.now(), file };
}

function factOfKept({ received: _, ...file }: NonNullable<FetchResult['file']>): FileFact {
  return file;
}

/**
 * A sink that keeps a file, from where an earlier attempt left it if its server says that it is still the same, else from its start.
 * What it has not checked is seen by nobody. `files`: the job's settings.
 */
async function openDownload(
  store: FileStore,
  request: DownloadRequest,
  files: Job['files'],
): Promise<BodySink> {
  const part = await store.readPart(request.run, request.key);
  const ranged = part === undefined ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.validator };
  let attempt: Attempt | undefined;
  return {
    headers: { accept: '*/*', 'accept-encoding': 'identity', ...ranged },
    takes(status, headers) {
      if (status === 416 && part !== undefined) {
        throw new RetryError('FILE_CHANGED', `${request.url} has no bytes from ${part.bytes} on any more`);
      }
      const after = status === 206 ? partAfter(part, request, headers) : undefined;
      if (after === undefined && !isWhole(status, headers)) return false;
      attempt = makeAttempt(store, request, files, headers, after);
      return true;
    },
    encodingOf: undoneEncoding,
    write: (chunk) => current(attempt).write(chunk),
    end: () => current(attempt).end(),
    fail: (error) => current(attempt).fail(error),
  };
}

function current(attempt: Attempt | undefined): Attempt {
  if (attempt === undefined) throw new Error('a body without a head');
  return attempt;
}

/** A status of the whole; 204 and 205 have no file, whatever comes. */
function isWhole(status: number, headers: Record<string, string>): boolean {
  if (status === 206) {
    const range = readContentRange(headers['content-range']);
    return range?.first === 0 && range.end === range.whole;
  }
  return status === 200 || status === 201 || status === 203;
}

/** The part that this answer goes on from: it is of the same version, and begins where the part ends. */
function partAfter(
  part: KeptPart | undefined,
  { url }: DownloadRequest,
  headers: Record<string, string>,
): KeptPart | undefined {
  if (part === undefined) return undefined;
  const range = readContentRange(headers['content-range']);
  const said = part.validator.startsWith('"') ? headers['etag'] : headers['last-modified'];
  const isOther = said !== undefined && said.trim() !== part.validator;
  if (range?.first === part.bytes && !isOther && undoneEncoding(headers) === '') return part;
  const found = headers['content-range'] ?? 'without saying which';
  throw new RetryError('FILE_CHANGED', `${url} answered bytes ${part.bytes}- with another part (${found})`);
}

/**
 * The coding to be undone. A gzip of what is said to be one is the file itself: servers call an archive `tar.gz` both gzip and gzipped.
 */
function undoneEncoding(headers: Record<string, string>): string {
  const encoding = headers['content-encoding'] ?? '';
  const isOfGzip = /^application\/(x-)?(gzip|tgz|compressed-tar)\b/i.test(headers['content-type'] ?? '');
  return isOfGzip && /^\s*(x-)?gzip\s*$/i.test(encoding) ? '' : encoding;
}

interface Attempt {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<FileFact>;
  fail(error: Error): Promise<Error>;
}

function makeAttempt(
  store: FileStore,
  { run, url, key }: DownloadRequest,
  { maxFileBytes, types }: Job['files'],
  headers: Record<string, string>,
  after: KeptPart | undefined,
): Attempt {
  const promised = promisedBytes(headers, after);
  const digest = createHash('sha256');
  let writer: FileWriter | undefined;
  let type: TypeOfFile | undefined;
  let sample: Buffer = Buffer.alloc(0);
  let bytes = 0;
  const refuseLarger = (size: number) => {
    if (size <= maxFileBytes) return;
    throw new DropError('FILE_TOO_LARGE', `${url} has more than files.maxFileBytes, ${maxFileBytes} bytes`);
  };
  const judgeType = async () => {
    type = await typeOfFile(sample, headers['content-type']);
    if (types === undefined || types.some((wanted) => isOfType(type?.type ?? '', wanted))) return;
    throw new DropError(
      'FILE_TYPE',
      `${url} is ${type.type} by its bytes, none of files.types (${types.join(', ')})`,
    );
  };
  const take = async (to: FileWriter, chunk: Uint8Array) => {
    refuseLarger(bytes + chunk.length);
    if (type === undefined) {
      sample = Buffer.concat([sample, chunk.subarray(0, sampleBytes - sample.length)]);
      if (sample.length === sampleBytes) await judgeType();
    }
    digest.update(chunk);
    bytes += chunk.length;
    await to.write(chunk);
  };
  const begin = async (): Promise<FileWriter> => {
    refuseLarger(promised ?? 0);
    const begun = await store.begin(run, key);
    writer = begun;
    const validator =
      undoneEncoding(headers) === '' ? (after?.validator ?? strongValidatorOf(headers)) : undefined;
    if (validator !== undefined) await begun.keepAs(validator);
    // A copy, since who has left the part may still be writing to it.
    if (after !== undefined) for await (const chunk of after.read()) await take(begun, chunk);
    return begun;
  };
  return {
    write: async (chunk) => take(writer ?? (await begin()), chunk),
    async end() {
      if (promised !== undefined && bytes !== promised) {
        throw new RetryError('CONNECTION_LOST', `${url}: ${bytes} of ${promised} bytes came`);
      }
      if (bytes === 0) throw new DropError('NO_CONTENT', `${url} answered with an empty file`);
      if (type === undefined) await judgeType();
      const { type: media, extension } = type ?? { type: '', extension: undefined };
      const sha256 = digest.digest('hex');
      const { isEqual } = await (writer ?? (await begin())).finish(sha256, media);
      const name = safeFileName(calledBy(url, headers['content-disposition']), sha256, extension);
      return { sha256, bytes, type: media, name, ...(isEqual ? { isEqual } : {}) };
    },
    async fail(error) {
      if (writer === undefined) return error;
      if (!(error instanceof RetryError)) {
        await writer.discard();
        return error;
      }
      const kept = await writer.leave();
      const isCutOff = kept - (after?.bytes ?? 0) >= minProgressBytes;
      return isCutOff ? unfinished(error, url, kept) : error;
    },
  };
}

function unfinished(error: SpinneretError, url: string, kept: number): RetryError {
  return new RetryError('FILE_UNFINISHED', `${url}: ${kept} bytes are kept (${error.message})`, {
    cause: error,
  });
}

/** Of the whole file, where the head says it and no coding stands between. */
function promisedBytes(headers: Record<string, string>, after: KeptPart | undefined): number | undefined {
  const range = after === undefined ? undefined : readContentRange(headers['content-range']);
  if (range !== undefined) return range.whole ?? range.end;
  if (undoneEncoding(headers) !== '') return undefined;
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

/** `wanted` may be of a family: `image/*`. */
function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
