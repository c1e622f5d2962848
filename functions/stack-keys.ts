import { functionEnv } from '../shared/deployment/function-settings.ts';
import type { SessionsUse, WrappedUse } from '../shared/deployment/wrapping.ts';
import type { SessionKey } from '../shared/sessions/seal.ts';
import { keyRecords } from '../shared/stores/aws/key-records.ts';
import { attachMeter } from '../shared/stores/aws/meter.ts';
import { clientOptions, type Environment, need, type Stores } from './environment.ts';

/** What the stack's key of KMS opens for this process. */
export interface StackKeys {
  /** The key of all sessions of a use: made by the first process that asks and may make it, and asked of KMS once by each. */
  sessionKey(use: SessionsUse): Promise<SessionKey>;
  /** The key of one file with secrets. */
  fileKey(wrapped: Uint8Array): Promise<SessionKey>;
}

export type StackKeysParts = Pick<Stores, 'dynamodb' | 'meter' | 'now'>;

/** Few jobs have sessions or files with secrets, so the client of KMS is loaded by the first that does. */
export function openStackKeys(
  { table, settings, keyArn }: Environment,
  parts: StackKeysParts,
  { mayMake }: { mayMake: boolean },
): StackKeys {
  const { dynamodb, meter, now } = parts;
  const { stack, keepDays } = settings;
  const arn = () => need({ [functionEnv.keyArn]: keyArn }, functionEnv.keyArn);
  const open = once(async () => {
    const { makeWrappedKey, openWrappingService, unwrapKey } = await import('./wrapping.ts');
    const service = openWrappingService({
      ...{ config: clientOptions, keyArn: arn(), stack },
      watch: (client) => attachMeter(meter, client),
    });
    return {
      make: (use: SessionsUse) => makeWrappedKey(service, use),
      unwrap: (use: WrappedUse, wrapped: Uint8Array) => unwrapKey(service, use, wrapped),
    };
  });
  const records = keyRecords({ client: dynamodb, name: table, keepDays, now });
  const keyOf = (use: SessionsUse) =>
    once(async () => {
      const { make, unwrap } = await open();
      const kept = await records.readWrapped(arn(), use);
      if (kept !== undefined) return unwrap(use, kept);
      // A worker does, before it sends the first batch of a run here.
      if (!mayMake) throw new Error(`the table has no key of ${use} yet, which workers make`);
      const made = await make(use);
      const first = await records.keepWrapped(arn(), use, made.wrapped);
      return first === made.wrapped ? made.key : unwrap(use, first);
    });
  const ofSessions = { sessions: keyOf('sessions'), sessionsInBrowser: keyOf('sessionsInBrowser') };
  return {
    sessionKey: (use) => ofSessions[use](),
    fileKey: async (wrapped) => (await open()).unwrap('files', wrapped),
  };
}

/** Called once, however often it is asked for; a call that failed is repeated. */
function once<T>(call: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= call().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
