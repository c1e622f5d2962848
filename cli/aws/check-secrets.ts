import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretPath } from '../../shared/deployment/names.ts';
import { HaltError } from '../../shared/errors.ts';
import type { AwsProject } from './on-aws.ts';

/** As many as the Parameter Store takes in one call. */
const namesPerCall = 10;

/**
 * Throws `HaltError` ENV_MISSING when the Parameter Store lacks one of the secrets, with the commands that put them
 * there. Nothing is decrypted.
 */
export async function checkSecrets({ config, stack }: AwsProject, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const client = new SSMClient(config);
  const missing: string[] = [];
  for (let at = 0; at < names.length; at += namesPerCall) {
    const Names = names.slice(at, at + namesPerCall).map((name) => secretPath(stack.name) + name);
    const { InvalidParameters = [] } = await client.send(new GetParametersCommand({ Names }));
    missing.push(...InvalidParameters);
  }
  client.destroy();
  if (missing.length > 0) throw new SecretsMissing(missing, stack.region);
}

class SecretsMissing extends HaltError {
  readonly #names: string[];
  readonly #region: string;

  constructor(names: string[], region: string) {
    const noun = names.length === 1 ? 'secret is' : 'secrets are';
    super(
      'ENV_MISSING',
      `${names.length} ${noun} not in the Parameter Store of ${region}: ${names.join(', ')}`,
    );
    this.name = 'HaltError';
    this.#names = names;
    this.#region = region;
  }

  override get remedy(): string {
    return this.#names
      .map(
        (name) =>
          `aws ssm put-parameter --region ${this.#region} --type SecureString --name ${name} --value …`,
      )
      .join('\n            ');
  }
}
