import type { Settings } from '../../shared/job/settings-schema.ts';
import { readSettings } from '../read-settings.ts';
import { reportWarning } from '../report-error.ts';
import { translateAwsError } from './aws-errors.ts';
import { type AwsOptions, stackFlags } from './aws-options.ts';
import { type AwsStore, openAwsStore } from './aws-store.ts';
import { type AwsConfig, connect } from './connect.ts';
import { findStack, type Stack } from './find-stack.ts';
import { type StackUser, versionNeedOf, versionNote } from './version-needs.ts';

/** A deployed stack with its stores, and the settings of the folder the command was called in. */
export interface AwsProject {
  settings: Settings;
  stack: Stack;
  store: AwsStore;
  /** For clients of services that few commands need. */
  config: AwsConfig;
  /** The options with which another command finds this stack. */
  flags: string;
}

/** The stack's bucket, with the client for it. */
export function bucketOf({ store, stack }: AwsProject) {
  return { client: store.s3, bucket: stack.bucket };
}

/** The stack's table, with the client for it. */
export function tableOf({ store, stack }: AwsProject) {
  return { client: store.dynamodb, name: stack.table };
}

/**
 * Finds the stack and lets `body` work on it, if `command` can work on a stack of its version. Errors of AWS
 * become `HaltError`s that say what to do.
 */
export async function onAws<T>(
  command: StackUser,
  options: AwsOptions,
  body: (aws: AwsProject) => Promise<T>,
): Promise<T> {
  const settings = readSettings(options);
  try {
    const { config, cloudformation } = connect(options);
    const name = options.stack ?? settings.aws.stack;
    const stack = await findStack(cloudformation, name, versionNeedOf(command));
    const note = versionNote(name, stack.version);
    if (note !== undefined) reportWarning('STACK_OUTDATED', note, options.json === true);
    using store = openAwsStore(config, stack, settings.aws);
    return await body({ settings, stack, store, config, flags: stackFlags(options) });
  } catch (error) {
    throw translateAwsError(error);
  }
}
