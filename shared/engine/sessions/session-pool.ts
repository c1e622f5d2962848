import type { PageRequest } from '../../model.ts';
import type { Env } from '../../schema/secrets.ts';
import { makeDangerTest } from '../../sessions/dangerous-links.ts';
import { makeEndedTest } from '../../sessions/login/conditions.ts';
import { type Account, accountsOf, memberName, seatFor, settingsOfMember } from '../../sessions/pool.ts';
import { fingerprintOf } from '../../sessions/sealed-session.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import { staticHeaders } from '../../sessions/static-headers.ts';
import { userKey } from '../redaction.ts';
import type { ProcessSession } from './process-session.ts';

/** The sessions of one name: most often one. */
export interface SessionPool {
  readonly name: string;
  /** How many there are, of each host if there are some for each. */
  readonly size: number;
  readonly settings: SessionSettings;
  /** May a link log out, or change something in the name of the account? */
  isDangerous(url: string): boolean;
  /** The place of the session that sends the request, `batch` being the id of its batch. */
  seatOf(request: Pick<PageRequest, 'session'>, batch: string): number;
  /** The session at a place, for a host (with port). */
  at(seat: number, host: string): ProcessSession;
  /** Texts of its accounts and of its open sessions that no outcome may hold. */
  secretTexts(): string[];
}

interface PoolOfJob {
  job: string;
  name: string;
  /** As the job has them: secrets are placeholders. */
  settings: SessionSettings;
  env: Env;
}

/** The sessions of one name. Each is made when it is asked for first. Throws `HaltError` ACCOUNTS_INVALID and ENV_MISSING. */
export function makePool({ job, name, settings, env }: PoolOfJob): SessionPool {
  const accounts = accountsOf(name, settings.accounts, env);
  const size = settings.count ?? Math.max(1, accounts.length);
  const sessions = new Map<string, ProcessSession>();
  const endedBy = makeEndedTest(settings.endedBy);
  const make = (seat: number, host: string | undefined): ProcessSession => {
    const own = memberName(name, { index: seat, ...(host === undefined ? {} : { host }) }, size);
    const [account, index] = accounts.length === 0 ? [{}, undefined] : accountAt(accounts, seat);
    const resolved = settingsOfMember(settings, account, env, name);
    return {
      name: own,
      key: `${job}/${own}`,
      account: accountKey(`${job}/${name}`, `${job}/${own}`, resolved, index),
      settings: resolved,
      fingerprint: fingerprintOf(resolved),
      headers: staticHeaders(resolved),
      hasSecretHeaders: [resolved.basic, resolved.bearer, resolved.apiKey].some(
        (value) => value !== undefined,
      ),
      endedBy,
      live: undefined,
      seen: new Set(),
    };
  };
  const hidden = accounts.flatMap((account) =>
    Object.entries(account).flatMap(([key, value]) => (userKey.test(key) ? [] : [value])),
  );
  return {
    name,
    size,
    settings,
    isDangerous: makeDangerTest(settings.mayFollow),
    seatOf: ({ session }, batch) => (session?.seat ?? seatFor(batch, size)) % size,
    at(seat, host) {
      const place = settings.per === 'host' ? `${seat}@${host}` : `${seat}`;
      const session = sessions.get(place) ?? make(seat, settings.per === 'host' ? host : undefined);
      sessions.set(place, session);
      return session;
    },
    secretTexts: () => [
      ...hidden.filter((text) => text.length >= minHiddenLength),
      ...[...sessions.values()].flatMap(({ seen }) => [...seen]),
    ],
  };
}

/** As for the values of placeholders: what is shorter would garble all other text. */
const minHiddenLength = 4;

/** More sessions than accounts: the accounts have several each. */
function accountAt(accounts: Account[], seat: number): [Account, number] {
  const index = seat % accounts.length;
  return [accounts[index] ?? {}, index];
}

/** Sessions that log in to one account do so one after the other, and their attempts are counted together. */
function accountKey(
  pool: string,
  session: string,
  { login }: SessionSettings,
  index: number | undefined,
): string {
  if (login === undefined) return session;
  return index === undefined ? pool : `${pool}#${index}`;
}
