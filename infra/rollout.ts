import type { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';

type Rollout = Settings['aws']['rollout'];

/** Gradual deployments of CodeDeploy, by its names. */
const configs: Record<Exclude<Rollout, 'allAtOnce'>, ILambdaDeploymentConfig> = {
  tenPercentFiveMinutes: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  tenPercentEveryMinute: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  tenPercentEveryTenMinutes: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_10MINUTES,
};

/** The target of the queue: the alias that new versions take over gradually, or the function itself. */
export function calledOf(worker: NodejsFunction, { rollout }: Settings['aws']): NodejsFunction | Alias {
  if (rollout === 'allAtOnce') return worker;
  return worker.addAlias('live');
}

/**
 * Gives a new version of the worker a share of the events at first, and rolls it back when one of these alarms
 * goes off meanwhile. Old and new versions share a run, since messages carry their version. Start, finish and dead
 * letters are called rarely: a share of their calls would say nothing within the minutes of a deployment.
 */
export function rollOut(
  stack: Stack,
  live: NodejsFunction | Alias,
  alarms: Alarm[],
  settings: Settings['aws'],
): void {
  const { rollout } = settings;
  if (rollout === 'allAtOnce' || !(live instanceof Alias)) return;
  const group = new LambdaDeploymentGroup(stack, 'Rollout', {
    application: new LambdaApplication(stack, 'RolloutApplication'),
    alias: live,
    alarms,
    deploymentConfig: configs[rollout],
  });
  acknowledge(group, {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
      'AWS’s own policy for CodeDeploy on Lambda, of which it says what it needs as that changes.',
  });
}
