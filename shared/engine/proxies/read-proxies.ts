import { HaltError } from '../../errors.ts';
import { type NamedProxy, nameProxies } from '../../fetch/proxies/proxy.ts';
import type { Job } from '../../job/schema.ts';
import { isListVariable, type ProxyAddress, readProxyAddress } from '../../schema/proxy-address.ts';
import { type Env, resolveSecrets } from '../../schema/secrets.ts';
import type { OpenSourceFile } from '../../sources/types.ts';

/** The proxies of a job, with their secrets. */
export interface JobProxies {
  /** Those that all requests may use. */
  shared: NamedProxy[];
  /** By the name of the session that has it for itself. */
  ofSessions: Map<string, NamedProxy>;
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
  const ofFile = proxies?.file === undefined ? [] : await readFile(proxies.file, openFile);
  const shared = [...ofList, ...ofFile];
  if (shared.length === 0 && (proxies?.list ?? proxies?.file) !== undefined) {
    throw new HaltError('PROXY_INVALID', 'proxies: the list is empty');
  }
  const own = Object.entries(sessions).flatMap(([name, { proxy }]) => {
    if (proxy === undefined) return [];
    const [text, ...others] = textsOf(proxy, `sessions.${name}.proxy`, env);
    const isOne = text !== undefined && others.length === 0;
    if (!isOne) throw new HaltError('PROXY_INVALID', `sessions.${name}.proxy: expected one proxy`);
    return [{ name, text }];
  });
  const named = nameProxies([...shared, ...own.map(({ text }) => text)].map(addressOf));
  const ofSessions = own.flatMap(({ name }, index) => {
    const proxy = named[shared.length + index];
    return proxy === undefined ? [] : [[name, proxy] as const];
  });
  return { shared: named.slice(0, shared.length), ofSessions: new Map(ofSessions) };
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

async function readFile(path: string, openFile: OpenSourceFile): Promise<Entry[]> {
  const file = await openFile(path);
  try {
    if (file.size > maxFileBytes) {
      throw new HaltError('PROXY_INVALID', `${path}: ${file.size} bytes are no list of proxies`);
    }
    const lines = new TextDecoder().decode(await file.readAt(0, file.size)).split(/\r\n|\n|\r/);
    return lines
      .map((line, index) => ({ text: line.trim(), at: `${path}, line ${index + 1}` }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'));
  } finally {
    await file.close();
  }
}
