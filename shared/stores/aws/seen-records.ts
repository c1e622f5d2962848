import type { Ledger } from '../../coordination/ports.ts';
import { type DynamoItem, text, textOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import { inParallel } from './in-parallel.ts';
import { readMany } from './read.ts';
import { expiry, keys, longExpiry, type Table } from './table.ts';
import { write } from './write.ts';

const parallelWrites = 16;

/** The number of URLs that the batches of an event may find at the same time. */
const maxRemembered = 10_000;

const isNew = 'attribute_not_exists(pk)';
const isMine = '#batch = :batch';

/**
 * `SEEN#run#key`: the batch that admits the URL. A read before the write costs a tenth of a write (half a read
 * unit) and saves the write of a known URL: it pays as soon as one link in ten is known, and in a crawl most are.
 * A stale answer is harmless, since an owner never changes. Batches of one process that find the same URL at the
 * same time ask once, since a refused write is billed. `CLAIM#scope#key` works likewise, across runs.
 */
export function seenRecords(table: Table): Pick<Ledger, 'admit' | 'readOwners' | 'claim' | 'claimants'> {
  const claims = makeBoundedMap<string, Promise<string>>(maxRemembered);
  const claimOnce = async (pk: string, batch: string): Promise<string> => {
    const others = claims.get(pk);
    if (others !== undefined) return others.catch(() => claim(table, pk, batch, expiry(table)));
    const own = claim(table, pk, batch, expiry(table));
    claims.set(pk, own);
    return own;
  };
  return {
    async admit(run, batch, urls) {
      const known = await readMany(
        table,
        urls.map((url) => keys.seen(run, url)),
        'eventual',
      );
      return inParallel(urls, parallelWrites, async (url) => {
        const pk = keys.seen(run, url);
        return textOf(known.get(pk), 'batch') ?? claimOnce(pk, batch);
      });
    },

    async readOwners(run, urls) {
      const pks = urls.map((url) => keys.seen(run, url));
      const known = await readMany(table, pks, 'consistent');
      return pks.map((pk) => textOf(known.get(pk), 'batch'));
    },

    async claimants(scope, names) {
      const pks = names.map((name) => keys.claim(scope, name));
      const known = await readMany(table, pks, 'eventual');
      return pks.map((pk) => textOf(known.get(pk), 'batch'));
    },

    async claim(scope, owner, names) {
      const pks = names.map((name) => keys.claim(scope, name));
      const known = await readMany(table, pks, 'eventual');
      return inParallel(pks, parallelWrites, async (pk) => {
        return textOf(known.get(pk), 'batch') ?? claim(table, pk, owner, longExpiry(table));
      });
    },
  };
}

async function claim(table: Table, pk: string, batch: string, until: DynamoItem): Promise<string> {
  const written = await write(table, {
    pk,
    set: { batch: text(batch), ...until },
    onlyIf: [`${isNew} OR ${isMine}`],
    values: { ':batch': text(batch) },
  });
  if (written.ok) return batch;
  const owner = textOf(written.old, 'batch');
  if (owner === undefined) throw new Error(`${pk} was refused without its owner`);
  return owner;
}
