import type { Ledger, UrlKey } from '../../coordination/ports.ts';
import { type DynamoItem, text, textOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import { inParallel } from './in-parallel.ts';
import { readMany } from './read.ts';
import { expiry, keys, longExpiry, type Table } from './table.ts';
import { makeUrlLogs } from './url-log.ts';
import { write } from './write.ts';

const parallelWrites = 16;

/** The number of URLs that the batches of an event may find at the same time. */
const maxRemembered = 10_000;

/** Runs of earlier versions have a record for each URL, and their workers look for nothing else. */
const firstVersionOfLogs = 2;

const isNew = 'attribute_not_exists(pk)';
const isMine = '#batch = :batch';

/**
 * Who admits a URL. Those of a host are in a log (`url-log.ts`); what is in no group, does not fit a log, or belongs to a
 * run of version 1, has a record of its own, `SEEN#run#key`: the batch that admits it. A read before the write costs a tenth of a write (half a read
 * unit) and saves the write of a known URL: it pays as soon as one link in ten is known, and in a crawl most are.
 * A stale answer is harmless, since an owner never changes. Batches of one process that find the same URL at the
 * same time ask once, since a refused write is billed. `CLAIM#scope#key` works likewise, across runs.
 */
export function seenRecords(
  table: Table,
  readRun: Ledger['readRun'],
  rememberedUrls?: number,
): Pick<Ledger, 'admit' | 'readOwners' | 'claim' | 'claimants'> {
  const logs = makeUrlLogs(table, rememberedUrls);
  const ownersAt = async (
    pks: string[],
    consistency: 'consistent' | 'eventual',
  ): Promise<(string | undefined)[]> => {
    const known = await readMany(table, pks, consistency);
    return pks.map((pk) => textOf(known.get(pk), 'batch'));
  };
  const hasLogs = async (run: string): Promise<boolean> => {
    const record = await readRun(run, { maxAgeMs: Number.POSITIVE_INFINITY });
    return (record?.v ?? 1) >= firstVersionOfLogs;
  };
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
      const logged = (await hasLogs(run)) ? urls : [];
      const owners = await byGroup(logged, (group, own) => logs.admit(run, group, batch, own));
      const rest = urls.filter((url) => !owners.has(url.key));
      const known = await ownersAt(
        rest.map(({ key }) => keys.seen(run, key)),
        'eventual',
      );
      await inParallel(rest, parallelWrites, async ({ key }, index) => {
        owners.set(key, known[index] ?? (await claimOnce(keys.seen(run, key), batch)));
      });
      return urls.map(({ key }) => owners.get(key) ?? batch);
    },

    async readOwners(run, urls) {
      const logged = (await hasLogs(run)) ? urls : [];
      const owners = await byGroup(logged, (group, own) => logs.owners(run, group, own));
      const rest = urls.filter((url) => !owners.has(url.key));
      const pks = rest.map(({ key }) => keys.seen(run, key));
      const records = await ownersAt(pks, 'consistent');
      const others = new Map(rest.map(({ key }, index) => [key, records[index]]));
      return urls.map(({ key }) => owners.get(key) ?? others.get(key));
    },

    async claimants(scope, names) {
      return ownersAt(
        names.map((name) => keys.claim(scope, name)),
        'eventual',
      );
    },

    async claim(scope, owner, names) {
      const pks = names.map((name) => keys.claim(scope, name));
      const known = await ownersAt(pks, 'eventual');
      return inParallel(pks, parallelWrites, async (pk, index) => {
        return known[index] ?? claim(table, pk, owner, longExpiry(table));
      });
    },
  };
}

/** The owners that logs know, of the URLs that are in a group. */
async function byGroup(
  urls: UrlKey[],
  ask: (group: string, own: string[]) => Promise<(string | undefined)[]>,
): Promise<Map<string, string>> {
  const groups = new Map<string, string[]>();
  for (const { key, group } of urls) {
    if (group === undefined) continue;
    const own = groups.get(group);
    if (own === undefined) groups.set(group, [key]);
    else own.push(key);
  }
  const owners = new Map<string, string>();
  await inParallel([...groups], parallelWrites, async ([group, own]) => {
    const answers = await ask(group, own);
    for (const [index, key] of own.entries()) {
      const owner = answers[index];
      if (owner !== undefined) owners.set(key, owner);
    }
  });
  return owners;
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
