import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { unsealContent } from '../../shared/sessions/sealed-session.ts';
import { type CliFolder, openCliFolder } from '../cli/call-cli.ts';

const key = new Uint8Array(32).fill(9);

/** A project whose sessions are sealed with a key that the test knows. */
export function openProject(secrets: Record<string, string>): CliFolder {
  return openCliFolder({ ...secrets, SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64') });
}

/** The lines of the failures of the job's only run, for who looks why it ended as it did. */
export function failuresOf(folder: CliFolder, job: string): string {
  const output = join(folder.path, 'output');
  const runs = existsSync(output) ? readdirSync(output).filter((run) => run.startsWith(`${job}-2`)) : [];
  const files = runs.map((run) => join(output, run, 'failures.jsonl')).filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'utf8')).join('');
}

const storeFile = '.spinneret/store.db';

export function isStoreThere(folder: CliFolder): boolean {
  return existsSync(join(folder.path, storeFile));
}

/** A worker that opens a store whose last user was killed locks it for a moment. */
export function openStore(folder: CliFolder): DatabaseSync {
  return new DatabaseSync(join(folder.path, storeFile), { readOnly: true, timeout: 5_000 });
}

/** The complete items of the job's only run. */
export function itemsOf(folder: CliFolder, job: string): Record<string, unknown>[] {
  const runs = readdirSync(join(folder.path, 'output')).filter((run) => run.startsWith(`${job}-2`));
  expect(runs).toHaveLength(1);
  return folder.readLines(`output/${runs[0]}/items.jsonl`);
}

export interface Session {
  name: string;
  /** Its number: how often it was logged in to. */
  logins: number;
  cookies: Record<string, string>;
  /** What opens the session. */
  secrets: string[];
}

/** The sessions of the store, opened. */
export function sessionsOf(folder: CliFolder): Session[] {
  using store = openStore(folder);
  const rows = store.prepare('SELECT key, generation, sealed FROM sessions ORDER BY key').all();
  return rows.map((row) => {
    const [name, generation] = [String(row['key']), Number(row['generation'])];
    const content = unsealContent(key, name, { generation, sealed: row['sealed'] as Uint8Array });
    if (content === undefined) throw new Error(`session ${name} cannot be opened`);
    const cookies = Object.fromEntries(content.cookies.map((cookie) => [cookie.name, cookie.value]));
    const tokens = Object.values(content.headers).map((value) => value.replace(/^Bearer /, ''));
    const secrets = [...Object.values(cookies), ...tokens].filter((value) => value.length >= minSecretLength);
    return { name, logins: generation, cookies, secrets };
  });
}

/** Shorter values, such as a currency or a number, open nothing. */
const minSecretLength = 11;

/** Attempts to log in that the runs of the store have counted. */
export function attemptsOf(folder: CliFolder): number {
  return numberOf(folder, 'SELECT sum(in_all) AS number FROM logins');
}

/** Pages that the runs of the store have stored. */
export function storedPages(folder: CliFolder): number {
  return numberOf(folder, "SELECT sum(value) AS number FROM counts WHERE name = 'stored'");
}

function numberOf(folder: CliFolder, query: string): number {
  using store = openStore(folder);
  return Number(store.prepare(query).get()?.['number'] ?? 0);
}

/** Resolves when the runs of the store have stored so many items. */
export async function storedItems(folder: CliFolder, items: number): Promise<void> {
  while (numberOf(folder, "SELECT sum(value) AS number FROM counts WHERE name = 'items'") < items)
    await sleep(10);
}
