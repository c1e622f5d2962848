import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'vitest';

/** Real applications with known contents, where they lie beside the project. */
const apps = join(import.meta.dirname, '../../../shared/apps');

/** Those besides `dokuwiki` take minutes to install, and are left to `npm run test:apps`. */
const isAll = process.env['SPINNERET_TEST_APPS'] === 'all';

/** Against what never ends: a first start installs the application, and a shop of 300 products is crawled, for minutes on a busy machine. */
export const appTimeoutMs = 900_000;

/** Tests on an application; skipped, with a line that says so, where it is not there or not asked for. */
export function describeApp(app: string, body: () => void): void {
  const why = !existsSync(join(apps, 'up.sh'))
    ? `there is no ${join('..', 'shared', 'apps')}`
    : app !== 'dokuwiki' && !isAll
      ? 'left to npm run test:apps'
      : undefined;
  if (why === undefined) describe(`on ${app}`, { timeout: appTimeoutMs }, body);
  else describe(`on ${app}`, () => it.skip(`skipped: ${why}`, () => {}));
}

export function truthOf<Truth>(app: string): Truth {
  return JSON.parse(readFileSync(join(apps, 'truth', `${app}.json`), 'utf8')) as Truth;
}

export interface Account {
  user: string;
  password: string;
}

export interface App extends AsyncDisposable {
  origin: string;
  host: string;
}

/** Starts a fresh copy of the application on a free port. */
export async function startApp(app: string, env: Record<string, string> = {}): Promise<App> {
  const child = spawn('bash', [join(apps, 'up.sh'), app], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const origin = await readyAt(child);
  return {
    origin,
    host: new URL(origin).host,
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

async function readyAt(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface(child.stdout)) {
    const [, origin] = /^READY (http:\/\/[^/ ]+)\//.exec(line) ?? [];
    if (origin !== undefined) return origin;
  }
  throw new Error(`the application ended with ${child.exitCode} before it was ready`);
}
