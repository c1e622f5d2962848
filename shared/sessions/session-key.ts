import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { HaltError } from '../errors.ts';
import type { Env } from '../schema/secrets.ts';
import { sessionKeyName } from '../schema/session-names.ts';
import type { SessionKey } from './seal.ts';

const keyBytes = 32;

/**
 * The key that sessions are sealed with: that of the environment (32 bytes as Base64 or hexadecimal), else that of a
 * file outside of the store's folder that its owner alone can read, made on first use. Throws `HaltError`
 * SESSION_KEY_INVALID.
 */
export function openSessionKey(env: Env, file = keyFile(env)): SessionKey {
  const given = env[sessionKeyName];
  if (given !== undefined && given !== '')
    return readKey(given, `the environment variable ${sessionKeyName}`);
  return readKeyFile(file) ?? makeKeyFile(file);
}

/** The place of settings of a user (XDG Base Directory Specification). */
function keyFile(env: Env): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'spinneret', 'session.key');
}

function readKey(text: string, where: string): SessionKey {
  const written = text.trim();
  const key = Buffer.from(written, /^[0-9a-f]{64}$/i.test(written) ? 'hex' : 'base64');
  if (key.length === keyBytes) return key;
  const message = `${where} holds ${key.length} bytes; expected ${keyBytes}, as Base64 or hexadecimal`;
  throw new HaltError('SESSION_KEY_INVALID', message);
}

function readKeyFile(file: string): SessionKey | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new HaltError(
      'SESSION_KEY_INVALID',
      `${file} can be read by others than its owner: chmod 600 ${file}`,
    );
  }
  return readKey(readFileSync(file, 'utf8'), file);
}

/** Several processes may make it at once: the first to link its file wins. */
function makeKeyFile(file: string): SessionKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  const key = readKeyFile(file);
  if (key === undefined) throw new HaltError('SESSION_KEY_INVALID', `${file} vanished while it was read`);
  return key;
}
