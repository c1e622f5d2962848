import { bytes, bytesOf } from './attributes.ts';
import { read } from './read.ts';
import { keys, type Table } from './table.ts';
import { write } from './write.ts';

/** `KEY#arn`: the key of sessions as that key of KMS wrapped it, which opens nothing without KMS. It never expires. */
export interface KeyRecords {
  readWrapped(keyArn: string): Promise<Uint8Array | undefined>;
  /** Keeps it if there is none; returns the one that is kept. */
  keepWrapped(keyArn: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

export function keyRecords(table: Table): KeyRecords {
  const readWrapped = async (keyArn: string) => bytesOf(await read(table, keys.key(keyArn)), 'wrapped');
  return {
    readWrapped,
    async keepWrapped(keyArn, wrapped) {
      const pk = keys.key(keyArn);
      const isNew = 'attribute_not_exists(#wrapped)';
      const written = await write(table, { pk, set: { wrapped: bytes(wrapped) }, onlyIf: [isNew] });
      return written.ok ? wrapped : (bytesOf(written.old, 'wrapped') ?? wrapped);
    },
  };
}
