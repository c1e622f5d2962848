import type { Outcome, SessionChange } from '../../model.ts';
import { makeJar, mergeCookies } from '../../sessions/jar.ts';
import {
  contentOfJar,
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
 * repeated. What belongs to an earlier login is dropped.
 */
export async function mergeSessions(
  engine: Engine,
  context: RunContext,
  { sessions = [] }: Outcome,
): Promise<void> {
  const { sessions: known } = context;
  if (known === undefined) return;
  for (const change of sessions) await mergeSession(engine, known, change);
}

async function mergeSession(
  { ledger, now }: Engine,
  { key, named }: RunSessions,
  { name, generation, sealed, hasEnded }: SessionChange,
): Promise<void> {
  const session = named(name);
  if (session === undefined) return;
  const cookies = sealed === undefined ? undefined : unsealCookies(key, session.key, generation, sealed);
  for (let looks = 0; cookies !== undefined; looks += 1) {
    const record = await ledger.readSession(session.key);
    const content = record?.generation === generation ? unsealContent(key, session.key, record) : undefined;
    if (record === undefined || content === undefined) break;
    const jar = makeJar(content.cookies);
    if (!mergeCookies(jar, cookies)) break;
    const next = contentOfJar(content, jar, now());
    const write = {
      generation,
      version: record.version + 1,
      sealed: sealContent(key, session.key, generation, next),
    };
    if (await ledger.saveSession(session.key, write, sessionExpiry(now()))) break;
    if (looks >= maxLooks) throw new Error(`session ${name} changes all the time`);
  }
  if (hasEnded) await ledger.endSession(session.key, generation);
}
