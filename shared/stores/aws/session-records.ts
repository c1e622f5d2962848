import type { SessionStore } from '../../coordination/ports.ts';
import { bytes, bytesOf, number, numberOf } from './attributes.ts';
import type { Change } from './change.ts';
import type { CountRecords } from './count-records.ts';
import { read } from './read.ts';
import { expiry, isExpired, keys, type Table } from './table.ts';
import { write, writeTogether } from './write.ts';

/**
 * `SESSION#key`: what is sealed of a session, below DynamoDB's limit of 400 kB. `LOGIN#run#account`: the attempts to
 * log in. A record that has expired and is still there counts as absent.
 */
export function sessionRecords(
  table: Table,
  counts: Pick<CountRecords, 'oneMore' | 'oneLess'>,
): SessionStore {
  const readLive = async (key: string) => {
    const item = await read(table, keys.session(key));
    return item === undefined || isExpired(table, item) ? undefined : item;
  };
  return {
    async readSession(key) {
      const item = await readLive(key);
      const sealed = bytesOf(item, 'sealed');
      if (sealed === undefined) return undefined;
      const [version = 0, generation = 0] = [numberOf(item, 'version'), numberOf(item, 'generation')];
      return { version, generation, hasEnded: numberOf(item, 'endedAt') === generation, sealed };
    },

    async saveSession(key, { version, generation, sealed }, expiresAt) {
      const set = {
        version: number(version),
        generation: number(generation),
        sealed: bytes(sealed),
        expiresAt: number(Math.ceil(expiresAt / 1_000)),
      };
      const isNew = 'attribute_not_exists(#version) OR #expiresAt <= :now';
      const follows = '#version = :before AND #generation <= :generation';
      const values =
        version === 1
          ? { ':now': number(Math.floor(table.now() / 1_000)) }
          : { ':before': number(version - 1), ':generation': number(generation) };
      const written = await write(table, {
        pk: keys.session(key),
        set,
        // Of a session before it that was deleted or has expired.
        remove: version === 1 ? ['endedAt'] : [],
        onlyIf: [version === 1 ? isNew : follows],
        values,
      });
      return written.ok;
    },

    async endSession(key, generation, counted) {
      // The mark names its generation, so that the next login need not remove it.
      const mark: Change = {
        pk: keys.session(key),
        set: { endedAt: number(generation) },
        onlyIf: ['#generation = :generation', 'attribute_not_exists(#endedAt) OR #endedAt <> :generation'],
        values: { ':generation': number(generation) },
      };
      const count = counted === undefined ? [] : [counts.oneMore(counted.run, counted.as, key)];
      await writeTogether(table, [mark, ...count]);
    },

    async deleteSession(key) {
      // An expired record counts as absent at once, and DynamoDB deletes it.
      await write(table, {
        pk: keys.session(key),
        set: { expiresAt: number(0) },
        remove: ['sealed'],
        onlyIf: ['attribute_exists(#version)'],
      });
    },

    async takeLoginAttempt({ run, account, maxUnanswered, maxInAll }) {
      // A transaction: an answer that is lost, and asked for again, must not count the attempt twice.
      const attempt: Change = {
        pk: keys.login(run, account),
        set: expiry(table),
        add: { unanswered: 1, inAll: 1 },
        onlyIf: [
          'attribute_not_exists(#unanswered) OR #unanswered < :maxUnanswered',
          'attribute_not_exists(#inAll) OR #inAll < :maxInAll',
        ],
        values: { ':maxUnanswered': number(maxUnanswered), ':maxInAll': number(maxInAll) },
      };
      const written = await writeTogether(table, [attempt, counts.oneMore(run, 'sessions:logins', account)]);
      if (written.ok) return 'taken';
      const old = written.refusals[0]?.old;
      return (numberOf(old, 'unanswered') ?? 0) >= maxUnanswered ? 'unanswered' : 'inAll';
    },

    async returnLoginAttempt(run, account) {
      // A transaction, for the same reason.
      const attempt: Change = {
        pk: keys.login(run, account),
        add: { unanswered: -1, inAll: -1 },
        onlyIf: ['#unanswered > :none'],
        values: { ':none': number(0) },
      };
      await writeTogether(table, [attempt, counts.oneLess(run, 'sessions:logins', account)]);
    },

    async clearLoginAttempts(run, account) {
      await write(table, {
        pk: keys.login(run, account),
        set: { unanswered: number(0) },
        onlyIf: ['attribute_exists(#inAll)'],
      });
    },
  };
}
