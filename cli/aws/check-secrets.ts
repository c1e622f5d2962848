import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretPath, secretsOfStack } from '../../shared/deployment/stack.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Output } from '../output.ts';
import { reportWarning } from '../report-error.ts';
import type { AwsProject } from './on-aws.ts';

/** The maximum of names in one GetParameters call (API reference of the Parameter Store). */
const namesPerCall = 10;

/**
 * Full names, as the Parameter Store has them, of those secrets that are neither there nor in Secrets Manager. Nothing is
 * decrypted.
 */
export async function findMissingSecrets(
  { config, stack }: Pick<AwsProject, 'config' | 'stack'>,
  names: string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const client = new SSMClient(config);
  const missing: string[] = [];
  for (let at = 0; at < names.length; at += namesPerCall) {
    const Names = names.slice(at, at + namesPerCall).map((name) => secretPath(stack.name) + name);
    const { InvalidParameters = [] } = await client.send(new GetParametersCommand({ Names }));
    missing.push(...InvalidParameters);
  }
  client.destroy();
  if (missing.length === 0) return [];
  const { findManagedSecrets } = await import('./find-managed-secrets.ts');
  const path = secretPath(stack.name);
  const managed = await findManagedSecrets(
    config,
    stack.name,
    missing.map((name) => name.slice(path.length)),
  );
  return missing.filter((name) => !managed.has(name.slice(path.length)));
}

/** The command that stores a secret in the Parameter Store. */
export function putSecretCommand(region: string, name: string): string {
  return `aws ssm put-parameter --region ${region} --type SecureString --name ${name} --value …`;
}

/**
 * Throws `HaltError` ENV_MISSING when one of the jobs' secrets is in neither store, with the commands that store
 * them. A missing secret of the stack itself is only a warning, since runs work without it.
 */
export async function checkSecrets(output: Output, aws: AwsProject, ofJobs: string[]): Promise<void> {
  const { settings, stack } = aws;
  const missing = await findMissingSecrets(aws, ofJobs);
  if (missing.length > 0) throw new SecretsMissing(missing, stack.region);
  for (const name of await findMissingSecrets(aws, secretsOfStack(settings.aws))) {
    const put = putSecretCommand(stack.region, name);
    const what = `telemetry.headersSecret is neither in the Parameter Store nor in Secrets Manager, so nothing goes to the receiver: ${put}`;
    reportWarning('TELEMETRY_FAILED', what, output.isJson);
  }
}

class SecretsMissing extends HaltError {
  readonly #names: string[];
  readonly #region: string;

  constructor(names: string[], region: string) {
    const noun = names.length === 1 ? 'secret is' : 'secrets are';
    super(
      'ENV_MISSING',
      `${names.length} ${noun} neither in the Parameter Store nor in Secrets Manager of ${region}: ${names.join(', ')}`,
    );
    this.name = 'HaltError';
    this.#names = names;
    this.#region = region;
  }

  override get remedy(): string {
    return this.#names.map((name) => putSecretCommand(this.#region, name)).join('\n            ');
  }
}
