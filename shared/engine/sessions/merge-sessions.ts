import type { Outcome, SessionChange } from '../../model.ts';
import { makeJar, mergeCookies } from '../../sessions/jar.ts';
import {
  contentOfJar,
  type SessionContent,
  sealContent,
  sessionExpiry,
  unsealContent,
  unsealCookies,
} from '../../sessions/sealed-session.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import type { RunSessions } from './run-sessions.ts';

/** Writers of one session look again this often; then the cookies stay with the outcome, and the batch is repeated. */
const maxLooks = 50;

/**
 * Merges what a batch's answers changed into the sessions, before its commit: a function of the outcome, which may be
 * repeated. What belongs to an earlier login is dropped. Returns how many records were written.
 */
export async function mergeSessions(
  engine: Engine,
  context: RunContext,
  { run, batch, sessions = [] }: Outcome,
): Promise<number> {
  const { sessions: known } = context;
  if (known === undefined) return 0;
  let writes = 0;
  for (const change of sessions) writes += await mergeSession(engine, known, { run, batch, change });
  return writes;
}

async function mergeSession(
  { ledger, now }: Engine,
  { key, named }: RunSessions,
  { run, batch, change }: { run: string; batch: string; change: SessionChange },
): Promise<number> {
  const { name, generation, sealed, hasEnded, endedAt, isProven, isRetired, failures } = change;
  const session = named(name);
  if (session === undefined) return 0;
  const cookies = sealed === undefined ? [] : (unsealCookies(key, session.key, generation, sealed) ?? []);
  const isWritten = [cookies[0], failures, endedAt, isProven].some((part) => part !== undefined);
  let writes = 0;
  for (let looks = 0; isWritten; looks += 1) {
    const record = await ledger.readSession(session.key);
    const content = record?.generation === generation ? unsealContent(key, session.key, record) : undefined;
    if (record === undefined || content === undefined) break;
    const jar = makeJar(content.cookies);
    const health = healthAfter(content, batch, failures);
    const isResting = isRetired === true && content.restsFor !== run;
    const isSameHealth = JSON.stringify(health) === JSON.stringify(content.failures);
    const isSameEnd = endedAt === undefined || (content.endedAt ?? 0) >= endedAt;
    const hasProof = isProven !== true || content.provenIn === run;
    if (!mergeCookies(jar, cookies) && isSameHealth && isSameEnd && hasProof && !isResting) break;
    const rest = isRetired === true ? { restsFor: run } : {};
    const end = isSameEnd ? {} : { endedAt };
    const proof = hasProof ? {} : { provenIn: run };
    const next = contentOfJar({ ...content, failures: health, ...end, ...proof, ...rest }, jar, now());
    const write = {
      generation,
      version: record.version + 1,
      sealed: sealContent(key, session.key, generation, next),
    };
    if (await ledger.saveSession(session.key, write, sessionExpiry(now()))) {
      writes = 1;
      break;
    }
    if (looks >= maxLooks) throw new Error(`session ${name} changes all the time`);
  }
  if (hasEnded) {
    const as = isRetired ? 'sessions:retired' : 'sessions:ended';
    await ledger.endSession(session.key, generation, { run, as });
  }
  return writes;
}

/** The failures in a row after a batch's; those of a batch count once, however often its outcome is merged. */
function healthAfter(
  { failures: before }: SessionContent,
  batch: string,
  failures: SessionChange['failures'],
): SessionContent['failures'] {
  if (failures === undefined) return before;
  const kept = failures.hasSucceeded ? [] : (before ?? []);
  const isKnown = kept.some(([id]) => id === batch);
  const all =
    isKnown || failures.inARow === 0 ? kept : [...kept, [batch, failures.inARow] as [string, number]];
  return all.length === 0 ? undefined : all;
}
