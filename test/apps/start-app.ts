import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describe, it } from 'vitest';

/** Real applications with known contents, where they lie beside the project. */
const apps = join(import.meta.dirname, '../../../shared/apps');

/** Those besides `dokuwiki` take minutes to install, and, as what takes minutes to run, are left to `npm run test:apps`. */
const isAll = ['all', 'whole'].includes(process.env['SPINNERET_TEST_APPS'] ?? '');

/** Are pages that take a browser minutes read to the last one? */
export const isWhole = process.env['SPINNERET_TEST_APPS'] === 'whole';

/** Against what never ends: a first start installs the application, and a shop of 300 products is crawled, for minutes on a busy machine. */
export const appTimeoutMs = isWhole ? 7_200_000 : 1_800_000;

/** Tests on an application; skipped, with a line that says so, where it is not there or not asked for. */
export function describeApp(app: string, body: () => void, { isLong = false } = {}): void {
  const why = !existsSync(join(apps, 'up.sh'))
    ? `there is no ${join('..', 'shared', 'apps')}`
    : (isLong || app !== 'dokuwiki') && !isAll
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

/**
 * Ends the application, which cleans up behind itself, when its standard input is closed: by its test, or by the kernel when that
 * dies, as where it takes too long.
 */
const guard = '"$@" & app=$!; exec >&-; cat >/dev/null; kill -TERM "$app"; wait "$app"';

/** Starts a fresh copy of the application on a free port. */
export async function startApp(app: string, env: Record<string, string> = {}): Promise<App> {
  const child = spawn('bash', ['-c', guard, 'guard', 'bash', join(apps, 'up.sh'), app], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const origin = await readyAt(child.stdout);
  return {
    origin,
    host: new URL(origin).host,
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}

async function readyAt(stdout: Readable): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const [, origin] = /^READY (http:\/\/[^/ ]+)\//.exec(line) ?? [];
    if (origin !== undefined) return origin;
  }
  throw new Error('the application ended before it was ready');
}
