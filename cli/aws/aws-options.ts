import type { Command } from 'commander';
import type { CommonOptions } from '../command.ts';
import { usageError } from '../usage-error.ts';

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

/** Options of commands with `--aws` that have a meaning only on a stack; `MachineOptions` are the opposite. */
export interface StackOptions {
  claims?: boolean;
  canary?: string;
}
export interface MachineOptions {
  processes?: number | 'auto';
  vacuum?: boolean;
}

/** The options with which another command finds the same stack. */
export function stackFlags({ region, profile, stack }: AwsOptions): string {
  const flags = Object.entries({ region, profile, stack }).filter(([, value]) => value !== undefined);
  return ['--aws', ...flags.map(([name, value]) => `--${name} ${value}`)].join(' ');
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

/** Throws USAGE when an option belongs to the other side, since the answer would be about other runs than intended. */
export function isOnAws(options: AwsSwitch & StackOptions & MachineOptions): boolean {
  const { aws = false, region, profile, stack, claims, canary, processes, vacuum } = options;
  const foreign = aws ? { processes, vacuum } : { region, profile, stack, claims, canary };
  const [name] = Object.entries(foreign).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return aws;
  throw usageError(
    aws
      ? `--${name} is about runs of the store on this machine, not --aws`
      : `--${name} is about AWS: say --aws too`,
  );
}
