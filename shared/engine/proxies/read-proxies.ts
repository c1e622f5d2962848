import { HaltError } from '../../errors.ts';
import { type NamedProxy, nameProxies } from '../../fetch/proxies/proxy.ts';
import type { Job } from '../../job/schema.ts';
import { accountNames, wholeAccountValue } from '../../schema/account-values.ts';
import { isListVariable, type ProxyAddress, readProxyAddress } from '../../schema/proxy-address.ts';
import { type Env, resolveSecrets } from '../../schema/secrets.ts';
import { accountsOf, withAccount } from '../../sessions/pool.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import { readSmallFile } from '../../sources/read-small-file.ts';
import type { OpenSourceFile } from '../../sources/types.ts';

/** The proxies of a job, with their secrets. */
export interface JobProxies {
  /** Those that all requests may use. */
  shared: NamedProxy[];
  /** Those of sessions, by their name: one, or one for each account of a pool. */
  ofSessions: ReadonlyMap<string, NamedProxy[]>;
}

/** A proxy in a text, and where that stands, for messages. */
interface Entry {
  text: string;
  at: string;
}

/**
 * Reads list, file and sessions of the frozen job. Throws `HaltError` PROXY_INVALID, whose message names the place and
 * repeats nothing of it, and SOURCE_MISSING.
 */
export async function readProxies(
  { proxies, sessions = {} }: Job,
  env: Env,
  openFile: OpenSourceFile,
): Promise<JobProxies> {
  const ofList = (proxies?.list ?? []).flatMap((entry, index) =>
    textsOf(entry, `proxies.list[${index}]`, env),
  );
  const ofFile = proxies?.file === undefined ? [] : await readList(proxies.file, openFile);
  const shared = [...ofList, ...ofFile];
  if (shared.length === 0 && (proxies?.list ?? proxies?.file) !== undefined) {
    throw new HaltError('PROXY_INVALID', 'proxies: the list is empty');
  }
  const own = Object.entries(sessions).flatMap(([name, session]) =>
    entriesOfSession(name, session, env).map((entry) => ({ name, entry })),
  );
  const named = nameProxies([...shared, ...own.map(({ entry }) => entry)].map(addressOf));
  const ofSessions = new Map<string, NamedProxy[]>();
  for (const [index, { name }] of own.entries()) {
    const proxy = named[shared.length + index];
    if (proxy !== undefined) ofSessions.set(name, [...(ofSessions.get(name) ?? []), proxy]);
  }
  return { shared: named.slice(0, shared.length), ofSessions };
}

/** The proxy of a session; of a pool whose accounts bring their own, one for each. */
function entriesOfSession(name: string, { proxy, accounts }: SessionSettings, env: Env): Entry[] {
  if (proxy === undefined) return [];
  const at = `sessions.${name}.proxy`;
  if (accountNames(proxy).length === 0) return [onlyOne(textsOf(proxy, at, env), at)];
  const whole = wholeAccountValue(proxy);
  return accountsOf(name, accounts, env).map((account, index) => {
    const ofAccount = `${at}, account ${index + 1}`;
    const written = Array.isArray(accounts) && whole !== undefined ? accounts[index]?.[whole] : undefined;
    // An address that the job spells out has its secrets encoded for their places in it.
    if (written !== undefined) return onlyOne(textsOf(written, ofAccount, env), ofAccount);
    const read = (template: string, filled: Env) => textsOf(template, ofAccount, filled);
    return onlyOne(withAccount(name, proxy, account, env, read), ofAccount);
  });
}

function onlyOne([entry, ...others]: Entry[], at: string): Entry {
  if (entry !== undefined && others.length === 0) return entry;
  throw new HaltError('PROXY_INVALID', `${at}: expected one proxy`);
}

function addressOf({ text, at }: Entry): ProxyAddress {
  const read = readProxyAddress(text);
  if ('fault' in read) throw new HaltError('PROXY_INVALID', `${at}: expected ${read.fault}`);
  return read;
}

/** One variable may hold several; a secret in the place of user or password is encoded as that place wants it. */
function textsOf(template: string, at: string, env: Env): Entry[] {
  if (isListVariable(template)) {
    const texts = resolveSecrets(template, env).split(/[\s,]+/);
    return texts
      .filter((text) => text !== '')
      .map((text, index) => ({ text, at: `${at}, entry ${index + 1}` }));
  }
  const end = template.lastIndexOf('@') + 1;
  const encoded = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value === undefined ? value : encodeURIComponent(value),
    ]),
  );
  const text = resolveSecrets(template.slice(0, end), encoded) + resolveSecrets(template.slice(end), env);
  return [{ text, at }];
}

const maxFileBytes = 5_000_000;

async function readList(path: string, openFile: OpenSourceFile): Promise<Entry[]> {
  const bytes = await readSmallFile(
    openFile,
    path,
    maxFileBytes,
    (size) => new HaltError('PROXY_INVALID', `${path}: ${size} bytes are no list of proxies`),
  );
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  return lines
    .map((line, index) => ({ text: line.trim(), at: `${path}, line ${index + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
