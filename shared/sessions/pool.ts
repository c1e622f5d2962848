import { hash } from 'node:crypto';
import { HaltError } from '../errors.ts';
import { type Env, mapStrings, resolveSecrets } from '../schema/secrets.ts';
import type { SessionSettings } from './session-schema.ts';

/** One account of a pool: values by name. */
export type Account = Readonly<Record<string, string>>;

/** The accounts of a session, secrets filled in; none where it has none. Throws `HaltError` ACCOUNTS_INVALID. */
export function accountsOf(name: string, accounts: SessionSettings['accounts'], env: Env): Account[] {
  if (accounts === undefined) return [];
  const resolved = resolveSecrets(accounts, env);
  return typeof resolved === 'string' ? readAccounts(name, resolved) : resolved;
}

/** A list that a secret holds as JSON; no word of it may stand in the message. */
function readAccounts(name: string, text: string): Account[] {
  const invalid = (why: string) => new HaltError('ACCOUNTS_INVALID', `sessions.${name}.accounts: ${why}`);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw invalid('what the variable holds is no JSON');
  }
  if (!Array.isArray(list) || list.length === 0)
    throw invalid('what the variable holds is no list of accounts');
  return list.map((entry: unknown, index) => {
    const values = Object.entries(entry ?? {});
    if (
      typeof entry !== 'object' ||
      entry === null ||
      values.some(([, value]) => typeof value !== 'string')
    ) {
      throw invalid(`account ${index + 1} is no object whose values are texts`);
    }
    return Object.fromEntries(values) as Account;
  });
}

/**
 * The settings of one session of a pool, as the job has them, with its account's values and all secrets filled in at
 * once: a secret that looks like a placeholder stays as it is.
 */
export function settingsOfMember(
  settings: SessionSettings,
  account: Account,
  env: Env,
  name: string,
): SessionSettings {
  const { accounts: _, ...rest } = settings;
  return withAccount(name, rest, account, env, resolveSecrets) as SessionSettings;
}

/**
 * What `resolve` makes of a value of a session, of which `${account:NAME}` are placeholders as all others. Throws `HaltError`
 * ACCOUNTS_INVALID where the account lacks one, and ENV_MISSING.
 */
export function withAccount<Value, Resolved>(
  name: string,
  value: Value,
  account: Account,
  env: Env,
  resolve: (written: Value, env: Env) => Resolved,
): Resolved {
  const own = Object.fromEntries(Object.entries(account).map(([key, text]) => [`account:${key}`, text]));
  const written = mapStrings(value, (text) => text.replaceAll('${account:', '${env:account:')) as Value;
  try {
    return resolve(written, { ...env, ...own });
  } catch (error) {
    const missing = [...new Set([...String(error).matchAll(/\baccount:(\S+)/g)].map(([, key]) => key))];
    if (missing.length === 0) throw error;
    throw new HaltError(
      'ACCOUNTS_INVALID',
      `sessions.${name}.accounts: an account lacks ${missing.join(', ')}`,
    );
  }
}

/** Where a session stands in its pool. */
export interface Seat {
  /** From 0. */
  index: number;
  /** Of a pool for each host. */
  host?: string;
}

/** A session's name: that of its pool alone where there is one for all hosts. */
export function memberName(pool: string, { index, host }: Seat, size: number): string {
  return `${pool}${size === 1 ? '' : `#${index}`}${host === undefined ? '' : `@${host}`}`;
}

/** The pool and the place that a session's name says. */
export function readMemberName(name: string): Seat & { pool: string } {
  const [, pool = name, index = '0', host] = /^([^#@]*)(?:#(\d+))?(?:@(.*))?$/s.exec(name) ?? [];
  return { pool, index: Number(index), ...(host === undefined ? {} : { host }) };
}

/** A place of a pool for a text, evenly over texts: always the same one. */
export function seatFor(text: string, size: number): number {
  return size === 1 ? 0 : Buffer.from(hash('sha256', text, 'hex'), 'hex').readUInt32BE(0) % size;
}

/** Another login, or no more than other cookies, gives another session; a key or a file of cookies stays the same. */
export function canBeMadeAnew({ login, basic, bearer, apiKey, cookies }: SessionSettings): boolean {
  return login !== undefined || [basic, bearer, apiKey, cookies].every((value) => value === undefined);
}
