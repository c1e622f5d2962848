import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AwsOptions } from './aws-options.ts';

/** The configuration of the clients of all services. */
export interface AwsConfig {
  region: () => Promise<string>;
  credentials: CloudFormationClient['config']['credentials'];
  maxAttempts: number;
  requestHandler: typeof timeouts;
}

/** A user waits for the command, so it fails within seconds when there is no network. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The configuration that all clients share, and the first of them. Credentials are resolved once, in the
 * order of AWS's own tools: environment, profile, single sign-on, the machine's role.
 */
export function connect({ region, profile }: Pick<AwsOptions, 'region' | 'profile'>) {
  const settings = { maxAttempts: 3, requestHandler: timeouts };
  const cloudformation = new CloudFormationClient({
    ...settings,
    ...(region === undefined ? {} : { region }),
    // An explicit profile outranks keys in the environment; the SDK would log a long warning about that.
    ...(profile === undefined ? {} : { profile, logger: quiet }),
  });
  const { credentials, region: chosenRegion } = cloudformation.config;
  const config: AwsConfig = { ...settings, credentials, region: async () => chosenRegion() };
  return { config, cloudformation };
}
