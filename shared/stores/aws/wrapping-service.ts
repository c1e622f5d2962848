import { KMSClient, type KMSClientConfig, KMSServiceException } from '@aws-sdk/client-kms';
import { type WrappedUse, wrappingContext } from '../../deployment/wrapping.ts';
import { HaltError } from '../../errors.ts';

/**
 * The stack's key of KMS, which wraps keys of 32 bytes (KMS Developer Guide, "envelope encryption"): KMS makes and opens
 * them, and what they seal never goes there.
 */
export interface WrappingService extends Disposable {
  /** The key, and the use and stack that a wrapped key belongs to. */
  termsOf(use: WrappedUse): { KeyId: string; EncryptionContext: Record<string, string> };
  /** Throws `HaltError` SESSION_KEY_INVALID where KMS refuses, and waiting does not help. */
  ask<T>(call: (client: KMSClient) => Promise<T>): Promise<T>;
}

export interface WrappingServiceOptions {
  config: KMSClientConfig;
  /** The ARN of the key that wraps. */
  keyArn: string;
  stack: string;
  /** Called with the client before it is used. */
  watch?(client: KMSClient): void;
}

export function openWrappingService(options: WrappingServiceOptions): WrappingService {
  const { config, keyArn, stack, watch } = options;
  const client = new KMSClient(config);
  watch?.(client);
  return {
    termsOf: (use) => ({ KeyId: keyArn, EncryptionContext: wrappingContext(use, stack) }),
    async ask(call) {
      try {
        return await call(client);
      } catch (cause) {
        if (!(cause instanceof KMSServiceException) || !lasting.has(cause.name)) throw cause;
        throw new HaltError('SESSION_KEY_INVALID', `KMS refuses ${keyArn}: ${cause.name}`, { cause });
      }
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Refusals that stay until somebody changes the key, its policy, or the role (API reference of KMS, Decrypt). */
const lasting = new Set([
  'AccessDeniedException',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'KMSInvalidStateException',
  'NotFoundException',
]);
