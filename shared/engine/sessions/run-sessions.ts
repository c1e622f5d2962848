import { labelsWithRoutes } from '../../job/render-schema.ts';
import type { Job, Source } from '../../job/schema.ts';
import type { Batch, PageRequest } from '../../model.ts';
import { hostMatcher } from '../../schema/host-names.ts';
import { noSession } from '../../schema/session-names.ts';
import { readMemberName } from '../../sessions/pool.ts';
import type { SessionKey } from '../../sessions/seal.ts';
import { openSessionKey } from '../../sessions/session-key.ts';
import { sourceOf } from '../../sources/sources.ts';
import type { JobEnvironment } from '../job-environment.ts';
import type { ProcessSession } from './process-session.ts';
import { makePool, type SessionPool } from './session-pool.ts';

/** The sessions of a run's job in this process. */
export interface RunSessions {
  key: SessionKey;
  /** This process does not know their secrets, and opens none. */
  areOpenedElsewhere: boolean;
  /** Such processes work in them too: what they need besides cookies is kept with the session. */
  areHandedOver: boolean;
  /** The sessions of which one sends the request, if any. */
  of(request: Pick<PageRequest, 'label' | 'url' | 'source'>): SessionPool | undefined;
  /** By the name that the job has. */
  pool(name: string): SessionPool | undefined;
  /** By the name that outcomes have. */
  named(name: string): ProcessSession | undefined;
  /** Texts that open a session and that this process has seen: no outcome may hold them. */
  secretTexts(): string[];
}

/**
 * `undefined` for a job without sessions, whose requests cost nothing more. `frozen`: the job as the run keeps it. Throws
 * `HaltError` SESSION_KEY_INVALID and ACCOUNTS_INVALID.
 */
export async function makeRunSessions(
  frozen: Job,
  job: Job,
  {
    env,
    sessionKey,
    originKey,
    hasStandIns = false,
    leavesPagesInBrowser = false,
  }: Pick<JobEnvironment, 'env' | 'sessionKey' | 'originKey' | 'hasStandIns' | 'leavesPagesInBrowser'>,
): Promise<RunSessions | undefined> {
  const entries = Object.entries(job.sessions ?? {});
  if (entries.length === 0) return undefined;
  const ofOrigin = { originKey: await originKey?.() };
  const pools = new Map(
    Object.entries(frozen.sessions ?? {}).map(([name, settings]) => [
      name,
      makePool({ job: job.name, name, settings, env, hasStandIns, ...ofOrigin }),
    ]),
  );
  const matchers = new Map(entries.map(([name, { hosts }]) => [name, hostMatcher(hosts)]));
  const [only] = entries.length === 1 ? entries : [];
  const byLabel = new Map(Object.entries(job.pages).map(([label, { session }]) => [label, session]));
  const bySource = job.sources.map(sessionOfSource);
  return {
    key: (await sessionKey?.()) ?? openSessionKey(env),
    areOpenedElsewhere: hasStandIns,
    areHandedOver: leavesPagesInBrowser && labelsWithRoutes(job.pages).size > 0,
    of({ label, url, source }) {
      const name = bySource[source ?? -1] ?? byLabel.get(label) ?? only?.[0];
      if (name === undefined || name === noSession) return undefined;
      return matchers.get(name)?.(new URL(url)) === true ? pools.get(name) : undefined;
    },
    pool: (name) => pools.get(name),
    named(name) {
      const { pool, index, host = '' } = readMemberName(name);
      return pools.get(pool)?.at(index, host);
    },
    secretTexts: () => [...pools.values()].flatMap((pool) => pool.secretTexts()),
  };
}

/** Notes what a process that knows the secrets has said of the sessions, for this batch and all later ones of this process. */
export function noteVouched(
  { named }: RunSessions,
  { sessions: vouched = {} }: Pick<Batch, 'sessions'>,
): void {
  if (vouched === 'wanted') return;
  for (const [name, digest] of Object.entries(vouched)) {
    const session = named(name);
    if (session === undefined || !('vouched' in session.origin)) continue;
    if (session.origin.vouched === digest) continue;
    session.origin.vouched = digest;
    session.live = undefined;
  }
}

function sessionOfSource(source: Source): string | undefined {
  const { settings } = sourceOf(source);
  return 'session' in settings ? settings.session : undefined;
}
