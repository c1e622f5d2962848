import { setNewest } from './set-newest.ts';

/** TLS sessions of closed connections, for the next ones to the same host. */
export interface TlsSessions {
  /** The newest session kept under `key`; one of TLS 1.3 is given once. */
  take(key: string): Buffer | undefined;
  /** To be called with sessions of verified connections alone: whoever resumes one does not verify again. */
  keep(key: string, session: Buffer, protocol: string | null): void;
}

interface Kept {
  session: Buffer;
  isOneUse: boolean;
  keptAt: number;
}

/** A server of TLS 1.3 gives two, as a rule; further connections of a moment shake hands in full. */
const maxPerKey = 2;
/** A session is about 1 KB. */
const maxKeys = 2_000;
/** Servers change the keys of their tickets every day or so. */
const maxAgeMs = 3_600_000;

/**
 * Sessions by key, which has to name everything that the server was verified for: who resumes a session is not shown a
 * certificate. A session of TLS 1.3 is used once, so that nobody on the way can link two connections (RFC 8446,
 * appendix C.4). `now` is monotonic, in ms.
 */
export function makeTlsSessions(now: () => number): TlsSessions {
  /** In the order of their last session. */
  const sessions = new Map<string, Kept[]>();
  return {
    take(key) {
      const kept = sessions.get(key);
      const newest = kept?.at(-1);
      if (kept === undefined || newest === undefined) return undefined;
      const isTooOld = now() - newest.keptAt > maxAgeMs;
      // The others are older still.
      if (isTooOld) sessions.delete(key);
      else if (newest.isOneUse) kept.pop();
      return isTooOld ? undefined : newest.session;
    },
    keep(key, session, protocol) {
      const kept = sessions.get(key) ?? [];
      kept.push({ session, isOneUse: protocol === 'TLSv1.3', keptAt: now() });
      if (kept.length > maxPerKey) kept.shift();
      setNewest(sessions, key, kept, maxKeys);
    },
  };
}
