import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { gunzipStream } from '../../shared/gunzip-stream.ts';

/** The intermediate objects of an export in parts. Writing one again writes the same content. */
export interface PartStore {
  /** Gzips and writes; returns the compressed bytes. */
  putLines(key: string, lines: string[]): Promise<number>;
  put(key: string, body: Uint8Array): Promise<void>;
  /** The lines of a gzipped object, without line ends. */
  lines(key: string): AsyncGenerator<string>;
  /** Bytes `from` to `to`, exclusive. */
  range(key: string, from: number, to: number): Promise<Uint8Array>;
  /** A note says that a part is complete, and what it contains: it is written after the part. */
  putNote(name: string, note: object): Promise<void>;
  readNote<Note extends object>(name: string): Promise<Note | undefined>;
}

const pack = promisify(gzip);
export const unpack = promisify(gunzip);

/** Compression takes most of the function's time; level 4 is the best compromise of time and size. */
export const packOptions = { level: 4 };

export function openPartStore(s3: S3Client, bucket: string, run: string): PartStore {
  const put = async (Key: string, Body: Uint8Array | string, ContentType: string) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }));
  };
  const get = async (Key: string, Range?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, Range }));
    if (Body === undefined) throw new Error(`${Key} came without a body`);
    return Body;
  };
  const noteKey = (name: string) => objectKeys.part(run, `${name}.json`);
  return {
    async putLines(key, lines) {
      const body = await pack(lines.join(''), packOptions);
      await put(key, body, 'application/gzip');
      return body.byteLength;
    },
    put: (key, body) => put(key, body, 'application/gzip'),
    async *lines(key) {
      const body = (await get(key)) as unknown as NodeJS.ReadableStream;
      yield* splitLines(gunzipStream(body));
    },
    range: async (key, from, to) => (await get(key, `bytes=${from}-${to - 1}`)).transformToByteArray(),
    putNote: (name, note) => put(noteKey(name), JSON.stringify(note), 'application/json'),
    async readNote<Note extends object>(name: string) {
      try {
        return JSON.parse(await (await get(noteKey(name))).transformToString()) as Note;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

async function* splitLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
