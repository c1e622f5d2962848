import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretPath } from '../../shared/deployment/stack.ts';
import type { AwsConnection } from './describe-with.ts';

/** Stores a secret of a stack as the runbook says. */
export async function putSecret(
  connection: AwsConnection,
  stack: string,
  name: string,
  value: string,
): Promise<void> {
  const ssm = new SSMClient(connection);
  const parameter = { Name: secretPath(stack) + name, Value: value, Type: 'SecureString' as const };
  await ssm.send(new PutParameterCommand({ ...parameter, Overwrite: true }));
  ssm.destroy();
}

/** A secret in the forms in which texts may hold it. */
export function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, inJson, encodeURIComponent(secret), secret.replaceAll('&', '&amp;'), base64])];
}
