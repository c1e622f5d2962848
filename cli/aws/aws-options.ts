import type { Command } from 'commander';
import type { CommonOptions } from '../command.ts';
import { usageError } from '../report-error.ts';

/** Options of a command that always works on AWS. */
export interface AwsOptions extends CommonOptions {
  region?: string;
  profile?: string;
  stack?: string;
}

/** Options of a command that works on this machine's store, or with `--aws` on a stack. */
export interface AwsSwitch extends AwsOptions {
  aws?: boolean;
}

/** Adds the options by which the stack is found. */
export function takesAws(command: Command): Command {
  return command
    .option('--region <region>', 'AWS region (default: AWS_REGION, or that of the profile)')
    .option('--profile <name>', 'profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--stack <name>', 'CloudFormation stack (default: aws.stack of the settings)');
}

/** Adds `--aws`, and the options by which the stack is found. */
export function mayTakeAws(command: Command): Command {
  return takesAws(command.option('--aws', 'the runs on AWS, not those on this machine'));
}

/** Throws USAGE when an option says where on AWS, but none says AWS: the answer would be about other runs. */
export function isOnAws({ aws, region, profile, stack }: AwsSwitch): boolean {
  if (aws === true) return true;
  const given = Object.entries({ region, profile, stack }).find(([, value]) => value !== undefined);
  if (given !== undefined) throw usageError(`--${given[0]} is about AWS: say --aws too`);
  return false;
}
