import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AwsOptions } from './aws-options.ts';

/** What the clients of all services are made with. */
export interface AwsConfig {
  region: () => Promise<string>;
  credentials: CloudFormationClient['config']['credentials'];
  maxAttempts: number;
  requestHandler: typeof timeouts;
}

/** A command is somebody waiting: it fails in seconds where there is no network. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The configuration that all clients share, and the first of them. Credentials are looked for once, as every AWS
 * tool does: environment, profile, single sign-on, the machine's role.
 */
export function connect({ region, profile }: Pick<AwsOptions, 'region' | 'profile'>) {
  const settings = { maxAttempts: 3, requestHandler: timeouts };
  const cloudformation = new CloudFormationClient({
    ...settings,
    ...(region === undefined ? {} : { region }),
    // A profile that was asked for outranks keys in the environment; the SDK would explain that at length.
    ...(profile === undefined ? {} : { profile, logger: quiet }),
  });
  const { credentials, region: chosenRegion } = cloudformation.config;
  const config: AwsConfig = { ...settings, credentials, region: async () => chosenRegion() };
  return { config, cloudformation };
}
