import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { SpinneretError } from '../../../shared/errors.ts';
import type { Settings } from '../../../shared/job/settings-schema.ts';
import { translateAwsError } from '../../aws/aws-errors.ts';
import { type AwsConfig, connect } from '../../aws/connect.ts';
import { findStack, type Stack } from '../../aws/find-stack.ts';
import { type Check, type CheckFinding, type CheckTarget, unchecked } from '../check.ts';
import { settingsOf } from '../settings-of.ts';

/** The resources of a stack: physical names by CloudFormation's type. */
export type Resources = Map<string, { id: string; name: string }[]>;

/** A stack, and the clients for its checks. */
export interface StackContext {
  settings: Settings['aws'];
  config: AwsConfig;
  stack: Stack;
  resources: Resources;
}

/** Shorter than elsewhere, since all checks together have a few seconds. */
const quickRetry = { maxAttempts: 2, requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } };

export function connectTo({ aws }: CheckTarget): { config: AwsConfig; cloudformation: CloudFormationClient } {
  const { config, cloudformation } = connect(aws ?? {});
  const { requestHandler } = config;
  const quick = {
    ...config,
    ...quickRetry,
    requestHandler: { ...requestHandler, ...quickRetry.requestHandler },
  };
  // The first client has the longer time-outs of the other commands.
  cloudformation.destroy();
  return { config: quick, cloudformation: new CloudFormationClient(quick) };
}

/** Opened once for all checks of the process; it rejects for each of them alike. */
let opened: Promise<StackContext> | undefined;

export function openStack(target: CheckTarget): Promise<StackContext> {
  opened ??= open(target);
  return opened;
}

async function open(target: CheckTarget): Promise<StackContext> {
  const settings = settingsOf(target);
  const { config, cloudformation } = connectTo(target);
  const name = target.aws?.stack ?? settings.aws.stack;
  const stack = await findStack(cloudformation, name, 'any');
  return { settings: settings.aws, config, stack, resources: await listResources(cloudformation, name) };
}

async function listResources(client: CloudFormationClient, StackName: string): Promise<Resources> {
  const resources: Resources = new Map();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const {
      ResourceType = '',
      PhysicalResourceId = '',
      LogicalResourceId = '',
    } of StackResourceSummaries) {
      const known = resources.get(ResourceType) ?? [];
      resources.set(ResourceType, [...known, { id: PhysicalResourceId, name: LogicalResourceId }]);
    }
  }
  return resources;
}

export function namesOf({ resources }: StackContext, type: string): string[] {
  return (resources.get(type) ?? []).map(({ id }) => id);
}

/** A check of a part of the stack. Without a stack it only says that; the check of the stack says why. */
export function stackCheck(
  id: string,
  title: string,
  body: (context: StackContext, target: CheckTarget) => Promise<CheckFinding>,
): Check {
  return {
    id,
    title,
    group: 'aws',
    async run(target) {
      const opened = await openStack(target).then(
        (context) => ({ context }),
        (error: unknown) => ({ error: translateAwsError(error) }),
      );
      if ('error' in opened) {
        const { error } = opened;
        if (error instanceof SpinneretError && error.code === 'AWS_DENIED') throw error;
        return unchecked('there is no stack to look at');
      }
      return body(opened.context, target).catch((error: unknown) => {
        throw translateAwsError(error);
      });
    },
  };
}
