import { GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import type { WrappedUse } from '../../deployment/wrapping.ts';
import type { WrappingService } from './wrapping-service.ts';

/** A key of 32 bytes, and the same as KMS encrypted it: that may be stored anywhere. */
export interface WrappedKey {
  key: Uint8Array;
  wrapped: Uint8Array;
}

export async function makeWrappedKey(
  { termsOf, ask }: WrappingService,
  use: WrappedUse,
): Promise<WrappedKey> {
  const command = new GenerateDataKeyCommand({ ...termsOf(use), KeySpec: 'AES_256' });
  const { Plaintext: key, CiphertextBlob: wrapped } = await ask((client) => client.send(command));
  if (key === undefined || wrapped === undefined) throw new Error('KMS answered without a key');
  return { key, wrapped };
}
