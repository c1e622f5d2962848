import { checkSandbox, findChromium } from '../../shared/browser/find-chromium.ts';
import type { Ledger } from '../../shared/coordination/ports.ts';
import type { ProcessSession } from '../../shared/engine/sessions/process-session.ts';
import type { RunSessions } from '../../shared/engine/sessions/run-sessions.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { whyNotChecked } from '../../shared/sessions/login/conditions.ts';
import { shownUrl } from '../../shared/sessions/login/wire-request.ts';
import { usageError } from '../usage-error.ts';
import { jarOfSession, keepSession } from './keep-session.ts';
import { openPersonWindow } from './person-window.ts';

type LoginLedger = Pick<Ledger, 'listRuns' | 'readSession' | 'saveSession'>;

export interface LoginByPerson {
  sessions: RunSessions;
  session: ProcessSession;
  store: { ledger: LoginLedger };
  browser: Settings['browser'];
  /** The page to begin with. @default the first that the login opens */
  url: string | undefined;
  /** Without a window, where it is no person that logs in. @default false */
  isHeadless?: boolean;
  /** Resolves when the person says that they are done. */
  entered: Promise<unknown>;
  /** Called with what the person should know. */
  onNote(text: string): void;
}

/** What is kept of a login; nothing in it is secret. */
export interface KeptLogin {
  session: string;
  /** Names of the cookies. */
  cookies: string[];
  /** Runs of the job that are paused for want of a login. */
  pausedRuns: string[];
  /** What of the check did not hold when the person said that they were done. */
  unmet?: string;
}

/** Lets a person log in in a window, and keeps the session. Throws `HaltError` LOGIN_NO_DISPLAY and what `openPersonWindow` does. */
export async function loginByPerson(given: LoginByPerson): Promise<KeptLogin> {
  const { sessions, session, store, browser, isHeadless = false, onNote, entered } = given;
  const { login, proxy } = session.settings;
  const url = given.url ?? login?.steps[0]?.open;
  if (url === undefined) {
    throw usageError(`session ${session.name} has no login that opens a page; give one: --url`);
  }
  const executablePath = findChromium(browser.path);
  checkSandbox(browser.sandbox);
  const env = isHeadless ? {} : displayOf(process.env);
  onNote(`log in at ${shownUrl(url)} in the window that opens; it closes by itself. Enter here ends it, too`);
  const { cookies, unmet } = await openPersonWindow({
    launch: {
      ...{ executablePath, env, headless: isHeadless, chromiumSandbox: browser.sandbox },
      ...(proxy === undefined ? {} : { proxy: proxyOf(proxy) }),
      args: ['--no-first-run'],
    },
    url,
    whyNot(page, cookies) {
      if (login?.check === undefined) return 'the session has no check';
      const now = Date.now();
      return whyNotChecked(login.check, page, jarOfSession(session, url, cookies, now), now);
    },
    entered,
    onEarly: () => onNote('the check holds already: press Enter when you have logged in'),
  });
  const now = Date.now();
  const jar = jarOfSession(session, url, cookies, now);
  await keepSession(store.ledger, sessions.key, session, jar, now);
  const names = [...new Set([...jar.values()].map(({ name }) => name))].sort();
  const pausedRuns = await runsPausedFor(store.ledger, session.key);
  return { session: session.name, cookies: names, pausedRuns, ...(unmet === undefined ? {} : { unmet }) };
}

const reasons = new Set<string>(['LOGIN_NEEDED', 'LOGIN_REFUSED', 'LOGIN_LIMIT', 'SESSION_OVER']);

/** `key`: that of the session, which begins with the name of its job. */
async function runsPausedFor(ledger: LoginLedger, key: string): Promise<string[]> {
  const runs = await ledger.listRuns();
  const waiting = runs.filter(({ job, state, reason }) => {
    const isOfJob = key.startsWith(`${(job as { name?: string }).name}/`);
    return isOfJob && state === 'paused' && reason !== undefined && reasons.has(reason.code);
  });
  return waiting.map(({ id }) => id);
}

/** What a window needs of the environment; no other variable goes to the browser, since some are secrets. */
const variables = [
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
  ...['HOME', 'LANG', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA', 'SYSTEMROOT', 'TEMP'],
];

function displayOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const hasDisplay = env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (process.platform === 'linux' && !hasDisplay) {
    throw new HaltError(
      'LOGIN_NO_DISPLAY',
      'neither DISPLAY nor WAYLAND_DISPLAY is set, so no window can open',
    );
  }
  return Object.fromEntries(
    variables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  );
}

function proxyOf(address: string): { server: string; username?: string; password?: string } {
  const { protocol, host, username, password } = new URL(address);
  const server = `${protocol}//${host}`;
  if (username === '') return { server };
  return { server, username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
