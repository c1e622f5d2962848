import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { unsealContent } from '../../shared/sessions/sealed-session.ts';
import { type Answer, type CliFolder, openCliFolder } from '../cli/call-cli.ts';

const key = new Uint8Array(32).fill(9);

/** A project whose sessions are sealed with a key that the test knows. */
export function openProject(secrets: Record<string, string>): CliFolder {
  return openCliFolder({ ...secrets, SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64') });
}

/** A worker that opens a store whose last user was killed locks it for a moment. */
const waiting = { readOnly: true, timeout: 5_000 };

/** The complete items of the job's only run. */
export function itemsOf(folder: CliFolder, job: string): Record<string, unknown>[] {
  const runs = readdirSync(join(folder.path, 'output')).filter((run) => run.startsWith(`${job}-2`));
  expect(runs).toHaveLength(1);
  return folder.readLines(`output/${runs[0]}/items.jsonl`);
}

/** How often each session was logged in to, by its number; and what its record holds that is secret. */
export function sessionsOf(folder: CliFolder): { name: string; logins: number; secrets: string[] }[] {
  const database = new DatabaseSync(join(folder.path, '.spinneret/store.db'), waiting);
  const rows = database.prepare('SELECT key, generation, sealed FROM sessions ORDER BY key').all();
  database.close();
  return rows.map((row) => {
    const [name, generation] = [String(row['key']), Number(row['generation'])];
    const content = unsealContent(key, name, { generation, sealed: row['sealed'] as Uint8Array });
    if (content === undefined) throw new Error(`session ${name} cannot be opened`);
    const values = [...content.cookies.map(({ value }) => value), ...Object.values(content.headers)];
    return { name, logins: generation, secrets: values.map((value) => value.replace(/^Bearer /, '')) };
  });
}

/** Attempts to log in that the runs of the store have counted. */
export function attemptsOf(folder: CliFolder): number {
  const database = new DatabaseSync(join(folder.path, '.spinneret/store.db'), waiting);
  const row = database.prepare('SELECT coalesce(sum(in_all), 0) AS attempts FROM logins').get();
  database.close();
  return Number(row?.['attempts']);
}

/** Resolves when the only run of the store has stored so many pages. */
export async function storedPages(folder: CliFolder, pages: number): Promise<void> {
  for (;;) {
    const database = new DatabaseSync(join(folder.path, '.spinneret/store.db'), waiting);
    const row = database.prepare("SELECT sum(value) AS stored FROM counts WHERE name = 'stored'").get();
    database.close();
    if (Number(row?.['stored'] ?? 0) >= pages) return;
    await sleep(10);
  }
}

/** Shorter values open nothing. */
const minSecretLength = 11;

/** No file of the project and no output of a command holds a secret, in any usual form. */
export function expectNoSecrets(folder: CliFolder, given: string[], answers: Answer[]): void {
  const ofSessions = sessionsOf(folder).flatMap(({ secrets }) => secrets);
  const secrets = [...given, ...ofSessions.filter((secret) => secret.length >= minSecretLength)];
  expect(secrets.length).toBeGreaterThan(0);
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const places = [
    ...files.map((entry) => ({
      where: entry.name,
      bytes: readFileSync(join(entry.parentPath, entry.name)),
    })),
    ...answers.map(({ stdout, stderr }) => ({ where: 'output', bytes: Buffer.from(stdout + stderr) })),
  ];
  const found = places.flatMap(({ where, bytes }) =>
    secrets.flatMap(formsOf).flatMap((form) => (bytes.includes(form) ? [`${form} in ${where}`] : [])),
  );
  expect(found).toEqual([]);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [
    ...[secret, encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)],
    ...[bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')],
    ...[JSON.stringify(secret).slice(1, -1), secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ];
  return [...new Set(forms)];
}

/** What the arguments of the processes of this machine say. */
export function processArguments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}
