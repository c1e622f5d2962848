import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Answer, CliFolder } from '../cli/call-cli.ts';
import { isStoreThere, openStore, sessionsOf } from './project.ts';
import type { Account } from './start-app.ts';

/** What nobody but the application and the process that logs in may see of an account. */
export function secretsOf(accounts: Account[]): string[] {
  return accounts.flatMap(({ user, password }) => [password, `${user}:${password}`]);
}

/** Cookies and tokens of all sessions that a run has while it is watched, those that end on the way included. */
export function watchSessions(folder: CliFolder): Disposable & { values: Set<string> } {
  const values = new Set<string>();
  const timer = setInterval(() => {
    if (!isStoreThere(folder)) return;
    for (const { secrets } of sessionsOf(folder)) for (const secret of secrets) values.add(secret);
  }, 100);
  return { values, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Nothing that a project has stored, and no output of a command, holds a secret of these or of its sessions. */
export function expectNoSecrets(folder: CliFolder, given: string[], answers: Answer[]): void {
  const ofSessions = sessionsOf(folder).flatMap(({ secrets }) => secrets);
  const texts = [
    ...filesOf(folder.path),
    ...storedValues(folder),
    ...answers.map(({ stdout, stderr }) => ({ where: 'output', bytes: Buffer.from(stdout + stderr) })),
  ];
  expect(findSecrets([...given, ...ofSessions], texts)).toEqual([]);
}

interface Place {
  where: string;
  bytes: Buffer;
}

/** Where a secret stands, in whatever form. */
export function findSecrets(secrets: string[], places: Place[]): string[] {
  const forms = [...new Set(secrets)].flatMap(formsOf);
  return places.flatMap(({ where, bytes }) =>
    forms.flatMap((form) => (bytes.includes(form) ? [`${form} in ${where}`] : [])),
  );
}

/** The files of a folder as they are, journals included. */
export function filesOf(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ where: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
}

/** Each value of the store, since a file of pages may have it in pieces; outcomes as they are before compression. */
function storedValues(folder: CliFolder): Place[] {
  using store = openStore(folder);
  return valuesOf(store);
}

export function valuesOf(store: DatabaseSync): Place[] {
  const tables = store.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return tables.flatMap(({ name }) =>
    store
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .flatMap((row) => Object.entries(row))
      .map(([column, value]) => ({ where: `${name}.${column}`, bytes: contentOf(value) })),
  );
}

/** RFC 8878 §3.1.1. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function contentOf(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) return Buffer.from(String(value));
  const isCompressed = Buffer.from(value.subarray(0, 4)).equals(zstdMagic);
  return isCompressed ? zstdDecompressSync(value) : Buffer.from(value);
}

/** What an encoder makes of a secret: the text itself, in URLs, forms, JSON and HTML, in hexadecimal digits and in Base64. */
export function formsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex');
  const forms = [
    ...[secret, encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)],
    ...[JSON.stringify(secret).slice(1, -1), secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ...[hex, hex.toUpperCase(), decoded(secret)],
    ...[0, 1, 2].flatMap((before) => base64Within(secret, before)),
  ];
  return [...new Set(forms)];
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** What Base64 has of a text with so many bytes before it (modulo 3), whatever these and those behind it are. */
function base64Within(secret: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const [first, whole] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return (['base64', 'base64url'] as const).map((form) => bytes.toString(form).slice(first, whole));
}

/** The arguments of the processes of a group, as every user of the machine may list them. */
export function argumentsOfGroup(group: number): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // proc(5): the name in parentheses, then state, parent and group.
        const [, ofGroup] = /^.*\) \S \d+ (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(ofGroup) === group ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    })
    .join('\n');
}
