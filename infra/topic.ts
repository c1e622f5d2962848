import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';

/** Where alarms and the ends of runs are told. */
export interface News {
  topic: Topic;
  key: Key;
}

export function makeTopic(stack: Stack, { alarmEmail }: Settings['aws']): News {
  const key = makeKey(stack);
  const topic = new Topic(stack, 'News', { displayName: stack.stackName, masterKey: key, enforceSSL: true });
  // A policy of our own takes the place of the default one, which let the account's alarms in.
  topic.addToResourcePolicy(allowAlarms(stack, ['sns:Publish'], topic.topicArn));
  if (alarmEmail !== undefined) {
    const subscription = topic.addSubscription(new EmailSubscription(alarmEmail));
    acknowledge(subscription, {
      'Serverless-SNSRedrivePolicy':
        'A mail that SNS cannot deliver is no use in a queue: the alarm stays visible.',
    });
  }
  return { topic, key };
}

/** A key of our own, since alarms cannot write to a topic under the key of AWS, whose policy is fixed. */
function makeKey(stack: Stack): Key {
  const key = new Key(stack, 'NewsKey', {
    description: `Messages of the topic of ${stack.stackName}, on their way`,
    enableKeyRotation: true,
    // Nothing that rests is under this key.
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  key.addToResourcePolicy(allowAlarms(stack, ['kms:Decrypt', 'kms:GenerateDataKey'], '*'));
  return key;
}

/** In the policy of a key, `*` is the key. */
function allowAlarms(stack: Stack, actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions,
    resources: [resource],
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
}
