import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A record of the table as the API represents it. The types below are all that the ledger needs. */
export type DynamoItem = Record<string, AttributeValue>;

export function text(value: string): AttributeValue {
  return { S: value };
}

export function number(value: number): AttributeValue {
  return { N: String(value) };
}

export function bytes(value: Uint8Array): AttributeValue {
  return { B: value };
}

export function textOf(item: DynamoItem | undefined, name: string): string | undefined {
  return item?.[name]?.S;
}

export function numberOf(item: DynamoItem | undefined, name: string): number | undefined {
  const digits = item?.[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}

export function bytesOf(item: DynamoItem | undefined, name: string): Uint8Array | undefined {
  return item?.[name]?.B;
}

/** As JSON, compressed: what a record costs goes by its size. */
export function packed(value: unknown): AttributeValue {
  return bytes(zstdCompressSync(JSON.stringify(value)));
}

export function unpackedOf<T>(item: DynamoItem | undefined, name: string): T | undefined {
  const body = bytesOf(item, name);
  return body === undefined ? undefined : (JSON.parse(zstdDecompressSync(body).toString('utf8')) as T);
}
