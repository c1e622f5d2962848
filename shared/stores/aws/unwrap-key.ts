import { DecryptCommand } from '@aws-sdk/client-kms';
import type { WrappedUse } from '../../deployment/wrapping.ts';
import type { WrappingService } from './wrapping-service.ts';

/** The key that was wrapped for this use of this stack. */
export async function unwrapKey(
  { termsOf, ask }: WrappingService,
  use: WrappedUse,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const command = new DecryptCommand({ ...termsOf(use), CiphertextBlob: wrapped });
  const { Plaintext: key } = await ask((client) => client.send(command));
  if (key === undefined) throw new Error('KMS answered without a key');
  return key;
}
