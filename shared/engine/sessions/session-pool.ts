import { hostOf } from '../../fetch/url.ts';
import type { PageRequest } from '../../model.ts';
import { type Env, isRedactable } from '../../schema/secrets.ts';
import { makeDangerTest } from '../../sessions/dangerous-links.ts';
import { makeEndedTest } from '../../sessions/login/conditions.ts';
import { type Account, accountsOf, memberName, seatFor, settingsOfMember } from '../../sessions/pool.ts';
import { digestWithKey, type SessionKey } from '../../sessions/seal.ts';
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
  /** The name of the session that sends it, which is not opened for that. */
  nameFor(request: Pick<PageRequest, 'session' | 'url'>, batch: string): string;
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
  /** The variables are stand-ins for secrets: nothing is made of them. */
  hasStandIns: boolean;
  /** As in `JobEnvironment`. */
  originKey?: SessionKey | undefined;
}

/** The sessions of one name. Each is made when it is asked for first. Throws `HaltError` ACCOUNTS_INVALID and ENV_MISSING. */
export function makePool({ job, name, settings, env, hasStandIns, originKey }: PoolOfJob): SessionPool {
  const accounts = hasStandIns ? [] : accountsOf(name, settings.accounts, env);
  const size = settings.count ?? Math.max(1, countAccounts(settings, accounts));
  const sessions = new Map<string, ProcessSession>();
  const endedBy = makeEndedTest(settings.endedBy);
  const hostOfSeat = (host: string) => (settings.per === 'host' ? { host } : {});
  const make = (seat: number, host: string): ProcessSession => {
    const own = memberName(name, { index: seat, ...hostOfSeat(host) }, size);
    const [account, index] = accounts.length === 0 ? [{}, undefined] : accountAt(accounts, seat);
    const resolved = hasStandIns ? settings : settingsOfMember(settings, account, env, name);
    return {
      name: own,
      key: `${job}/${own}`,
      account: accountKey(`${job}/${name}`, `${job}/${own}`, resolved, index),
      settings: resolved,
      origin: hasStandIns ? { vouched: undefined } : { fingerprint: fingerprintFor(resolved, originKey) },
      headers: hasStandIns ? {} : staticHeaders(resolved),
      hasSecretHeaders: [resolved.basic, resolved.bearer, resolved.apiKey].some(
        (value) => value !== undefined,
      ),
      endedBy,
      live: undefined,
      refusals: 0,
      opening: undefined,
      seen: new Set(),
    };
  };
  const hidden = accounts.flatMap((account) =>
    Object.entries(account).flatMap(([key, value]) => (userKey.test(key) ? [] : [value])),
  );
  const seatOf: SessionPool['seatOf'] = ({ session }, batch) =>
    (session?.seat ?? seatFor(batch, size)) % size;
  return {
    name,
    size,
    settings,
    isDangerous: makeDangerTest(settings.mayFollow),
    seatOf,
    nameFor: (request, batch) =>
      memberName(name, { index: seatOf(request, batch), ...hostOfSeat(hostOf(request.url)) }, size),
    at(seat, host) {
      const place = settings.per === 'host' ? `${seat}@${host}` : `${seat}`;
      const session = sessions.get(place) ?? make(seat, host);
      sessions.set(place, session);
      return session;
    },
    secretTexts: () => [
      ...hidden.filter(isRedactable),
      ...[...sessions.values()].flatMap(({ seen }) => [...seen]),
    ],
  };
}

function fingerprintFor(settings: SessionSettings, key: SessionKey | undefined): string {
  const fingerprint = fingerprintOf(settings);
  return key === undefined ? fingerprint : digestWithKey(key, fingerprint);
}

/** A job lists them where those who do not know them have to count them (`misfitsInBrowser`). */
function countAccounts({ accounts = [] }: SessionSettings, known: Account[]): number {
  return typeof accounts === 'string' ? known.length : accounts.length;
}

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
