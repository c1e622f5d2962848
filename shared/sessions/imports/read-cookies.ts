import { HaltError } from '../../errors.ts';
import type { StoredCookie } from '../jar.ts';

/**
 * Reads a file of cookies: Netscape's cookies.txt, as curl and browser extensions write it, or the storageState of
 * Playwright, told apart by their content. `at`: epoch ms of the import. Throws `HaltError` COOKIES_INVALID, without a
 * word of the content.
 */
export function readCookieFile(text: string, file: string, at: number): StoredCookie[] {
  const cookies = /^\s*\{/.test(text) ? readStorageState(text, file, at) : readCookiesTxt(text, file, at);
  if (cookies.length === 0) throw invalid(file, 'it holds no cookie');
  return cookies;
}

function readStorageState(text: string, file: string, at: number): StoredCookie[] {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    throw invalid(file, 'it is neither JSON nor a cookies.txt');
  }
  const { cookies } = state as { cookies?: unknown };
  if (!Array.isArray(cookies)) throw invalid(file, 'its JSON has no list "cookies"');
  return cookies.map((entry: unknown, index) => {
    const { name, value, domain, path, expires, secure, httpOnly } = (entry ?? {}) as Record<string, unknown>;
    const isCookie = typeof name === 'string' && typeof value === 'string' && typeof domain === 'string';
    if (!isCookie) throw invalid(file, `cookie ${index + 1} lacks name, value or domain`);
    // Playwright writes -1 for a cookie of the session, else seconds.
    const lasts = typeof expires === 'number' && expires > 0 ? { expiresAt: expires * 1_000 } : {};
    return {
      ...placed(domain, !domain.startsWith('.')),
      ...{ name, value, path: typeof path === 'string' ? path : '/', isSecure: secure === true },
      ...(httpOnly === false ? { isForScripts: true } : {}),
      ...lasts,
      ...{ createdAt: at, setAt: at },
    };
  });
}

/** Seven fields by tabs: domain, whether subdomains count, path, secure, expiry in seconds (0: none), name, value. */
function readCookiesTxt(text: string, file: string, at: number): StoredCookie[] {
  return text.split(/\r?\n/).flatMap((written, index) => {
    // curl marks HttpOnly cookies so; other lines with # are comments.
    const line = written.replace(/^#HttpOnly_/, '');
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [domain, subdomains, path, secure, expiry, name, ...value] = line.split('\t');
    if (name === undefined || domain === undefined || path === undefined || !/^\d+$/.test(expiry ?? '')) {
      throw invalid(file, `line ${index + 1} has not the seven fields of a cookies.txt, divided by tabs`);
    }
    const lasts = Number(expiry) === 0 ? {} : { expiresAt: Number(expiry) * 1_000 };
    return [
      {
        ...placed(domain, subdomains?.toUpperCase() !== 'TRUE'),
        ...{ name, value: value.join('\t'), path, isSecure: secure?.toUpperCase() === 'TRUE' },
        ...(line === written ? { isForScripts: true } : {}),
        ...lasts,
        ...{ createdAt: at, setAt: at },
      },
    ];
  });
}

function placed(domain: string, isHostOnly: boolean): Pick<StoredCookie, 'domain' | 'isHostOnly'> {
  return { domain: domain.replace(/^\./, '').toLowerCase(), isHostOnly };
}

function invalid(file: string, why: string): HaltError {
  return new HaltError('COOKIES_INVALID', `${file}: ${why}`);
}
