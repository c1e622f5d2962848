import type { SessionsUse } from '../../deployment/wrapping.ts';
import { bytes, bytesOf } from './attributes.ts';
import { read } from './read.ts';
import { keys, type Table } from './table.ts';
import { write } from './write.ts';

/**
 * `KEY#arn`: the key of sessions as that key of KMS wrapped it, which opens nothing without KMS; `KEY#arn#sessionsInBrowser`: the one of that
 * use. They never expire.
 */
export interface KeyRecords {
  readWrapped(keyArn: string, use: SessionsUse): Promise<Uint8Array | undefined>;
  /** Keeps it if there is none; returns the one that is kept. */
  keepWrapped(keyArn: string, use: SessionsUse, wrapped: Uint8Array): Promise<Uint8Array>;
}

export function keyRecords(table: Table): KeyRecords {
  const keyOf = (keyArn: string, use: SessionsUse) =>
    keys.key(use === 'sessions' ? keyArn : `${keyArn}#${use}`);
  const readWrapped: KeyRecords['readWrapped'] = async (keyArn, use) =>
    bytesOf(await read(table, keyOf(keyArn, use)), 'wrapped');
  return {
    readWrapped,
    async keepWrapped(keyArn, use, wrapped) {
      const pk = keyOf(keyArn, use);
      const isNew = 'attribute_not_exists(#wrapped)';
      const written = await write(table, { pk, set: { wrapped: bytes(wrapped) }, onlyIf: [isNew] });
      return written.ok ? wrapped : (bytesOf(written.old, 'wrapped') ?? wrapped);
    },
  };
}
