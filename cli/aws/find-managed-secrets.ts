import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { managedSecretName } from '../../shared/deployment/stack.ts';
import type { AwsConfig } from './connect.ts';

/** Those of the names under which Secrets Manager has a secret of the stack. */
export async function findManagedSecrets(
  config: AwsConfig,
  stack: string,
  names: string[],
): Promise<Set<string>> {
  const client = new SecretsManagerClient(config);
  const isThere = async (name: string): Promise<boolean> => {
    try {
      await client.send(new DescribeSecretCommand({ SecretId: managedSecretName(stack, name) }));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  };
  const found = await Promise.all(names.map(async (name) => ((await isThere(name)) ? [name] : [])));
  client.destroy();
  return new Set(found.flat());
}
