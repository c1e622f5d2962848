import { randomUUID } from 'node:crypto';
import type { RobotsRecord } from '../../model.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import { type BlobMark, blobChanges, readBlob } from './blob-records.ts';
import { makeBoundedMap } from './bounded-map.ts';
import { expiry, keys, type Table } from './table.ts';
import { write } from './write.ts';

/** A function may have no more than 256 MB. */
const maxRememberedChars = 16_000_000;

/** `ROBOTS#host`: the text of a robots.txt. `HOST#host` says that there is one, and of which version. */
export interface RobotsRecords {
  /** `changed`: another version is being written, so that the host's record has to be read again. */
  of(host: string, item: DynamoItem): Promise<RobotsRecord | 'changed' | undefined>;
  /** Writes the text, and returns what to record with the host after that. */
  keep(host: string, robots: RobotsRecord): Promise<DynamoItem>;
}

export function robotsRecords(table: Table): RobotsRecords {
  /** By host, the cached version: the text is read again only when the host's record names another. */
  const bodies = makeBoundedMap<string, { version: string; body: string }>(
    maxRememberedChars,
    ({ body }) => body.length,
  );

  const bodyOf = async (host: string, mark: BlobMark): Promise<string | undefined> => {
    if (mark.chunks === 0) return '';
    const known = bodies.get(host);
    if (known?.version === mark.version) return known.body;
    const body = await readBlob(table, keys.robots(host), mark);
    if (body !== undefined) bodies.set(host, { version: mark.version, body });
    return body;
  };

  return {
    async of(host, item) {
      const fetchedAt = numberOf(item, 'robotsAt');
      if (fetchedAt === undefined) return undefined;
      const version = textOf(item, 'robotsVersion') ?? '';
      const body = await bodyOf(host, { version, chunks: numberOf(item, 'robotsChunks') ?? 0 });
      const state = textOf(item, 'robotsState') as RobotsRecord['state'];
      const [cause, againAt] = [textOf(item, 'robotsCause') ?? '', numberOf(item, 'robotsAgainAt') ?? 0];
      const why = { ...(cause === '' ? {} : { cause }), ...(againAt === 0 ? {} : { againAt }) };
      return body === undefined ? 'changed' : { fetchedAt, state, body, ...why };
    },

    async keep(host, { fetchedAt, state, body, cause = '', againAt = 0 }) {
      const version = randomUUID();
      const changes = body === '' ? [] : blobChanges(keys.robots(host), body, version, expiry(table));
      for (const change of changes) await write(table, change);
      return {
        robotsAt: number(fetchedAt),
        robotsState: text(state),
        robotsCause: text(cause),
        robotsAgainAt: number(againAt),
        robotsVersion: text(version),
        robotsChunks: number(changes.length),
      };
    },
  };
}
