import { gunzipSync, gzipSync } from 'node:zlib';
import { bytes, bytesOf, type DynamoItem, text, textOf } from './attributes.ts';
import type { Change } from './change.ts';
import { readMany } from './read.ts';
import type { Table } from './table.ts';

/** A record holds 400 KB at most, names included. */
const chunkBytes = 350_000;

/** The number of records that hold the text, and the version of it: chunks of two versions must not be mixed. */
export interface BlobMark {
  chunks: number;
  version: string;
}

/** The changes that write a text, compressed, as records `pk`, `pk#1`, … */
export function blobChanges(pk: string, content: string, version: string, also: DynamoItem): Change[] {
  const packed = gzipSync(content);
  const changes: Change[] = [];
  for (let at = 0; at < packed.length; at += chunkBytes) {
    const body = bytes(packed.subarray(at, at + chunkBytes));
    changes.push({ pk: chunkKey(pk, changes.length), set: { ...also, body, version: text(version) } });
  }
  return changes;
}

/** `undefined` unless every chunk exists and is of the version that the mark names. */
export async function readBlob(table: Table, pk: string, mark: BlobMark): Promise<string | undefined> {
  const pks = blobKeys(pk, mark.chunks);
  const found = await readMany(table, pks, 'consistent');
  const bodies: Uint8Array[] = [];
  for (const key of pks) {
    const chunk = found.get(key);
    const body = bytesOf(chunk, 'body');
    if (body === undefined || textOf(chunk, 'version') !== mark.version) return undefined;
    bodies.push(body);
  }
  return gunzipSync(Buffer.concat(bodies)).toString('utf8');
}

/** The keys of a text of this many records. */
export function blobKeys(pk: string, chunks: number): string[] {
  return Array.from({ length: chunks }, (_, index) => chunkKey(pk, index));
}

function chunkKey(pk: string, index: number): string {
  return index === 0 ? pk : `${pk}#${index}`;
}
