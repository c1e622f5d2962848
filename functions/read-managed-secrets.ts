import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { managedSecretName } from '../shared/deployment/stack.ts';

/** The secrets of a stack with these names that Secrets Manager has as text. */
export async function readManagedSecrets(
  config: SecretsManagerClientConfig,
  stack: string,
  names: string[],
): Promise<Record<string, string>> {
  const client = new SecretsManagerClient(config);
  const read = async (name: string): Promise<[string, string][]> => {
    try {
      const SecretId = managedSecretName(stack, name);
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
      return SecretString === undefined ? [] : [[name, SecretString]];
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  };
  const found = await Promise.all(names.map(read));
  client.destroy();
  return Object.fromEntries(found.flat());
}
