import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { FilterOrPolicy, type ITopicSubscription, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Settings } from '../shared/job/settings-schema.ts';
import { acknowledge } from './nag.ts';
import { severityMark } from './severity.ts';

/** Where alarms and the ends of runs are published. */
export interface Topics {
  /** Alarms of every severity: each message begins with it. */
  alarmTopic: Topic;
  /** Runs that are over. */
  notificationTopic: Topic;
  /**
   * The key of the settings, else the stack's own: it encrypts the messages of both topics in transit, and wraps the key of
   * sessions.
   */
  ownKey: IKey;
}

export function makeTopics(stack: Stack, settings: Settings['aws'], customerKey: IKey | undefined): Topics {
  const ownKey = customerKey ?? makeKey(stack);
  const make = (id: string, displayName: string) =>
    new Topic(stack, id, { displayName, masterKey: ownKey, enforceSSL: true });
  const notificationTopic = make('News', stack.stackName);
  const alarmTopic = make('Alarms', `${stack.stackName} alarms`);
  // A policy of our own replaces the default one, which allowed the account's alarms to publish.
  alarmTopic.addToResourcePolicy(allowAlarms(stack, ['sns:Publish'], alarmTopic.topicArn));
  const { alarms } = settings;
  for (const address of mailsOf(settings).alarms) subscribe(alarmTopic, new EmailSubscription(address));
  for (const address of mailsOf(settings).news) subscribe(notificationTopic, new EmailSubscription(address));
  if (alarms.webhook !== undefined) {
    const options = alarms.webhookFor === 'urgent' ? { filterPolicyWithMessageBody: urgentAlone } : {};
    subscribe(alarmTopic, new UrlSubscription(alarms.webhook, options));
  }
  return { alarmTopic, notificationTopic, ownKey };
}

/** The recipients of mails: `alarmEmail` stands for an address in both lists. */
export function mailsOf({ alarms, news, alarmEmail }: Settings['aws']): { alarms: string[]; news: string[] } {
  const both = alarmEmail === undefined ? [] : [alarmEmail];
  return { alarms: [...new Set([...both, ...alarms.email])], news: [...new Set([...both, ...news.email])] };
}

const urgentAlone = {
  AlarmDescription: FilterOrPolicy.filter(
    SubscriptionFilter.stringFilter({ matchPrefixes: [severityMark('urgent')] }),
  ),
};

function subscribe(topic: Topic, to: ITopicSubscription): void {
  acknowledge(topic.addSubscription(to), {
    'Serverless-SNSRedrivePolicy':
      'What SNS cannot deliver is no use in a queue: the alarm stays visible, and the run’s manifest in the bucket.',
  });
}

/** A key of our own: alarms cannot publish to a topic with AWS's own key, whose policy is fixed. */
function makeKey(stack: Stack): Key {
  const key = new Key(stack, 'NewsKey', {
    description: `Topics of ${stack.stackName}, and the key of its sessions`,
    enableKeyRotation: true,
    // What is stored under this key are sessions and files with secrets, which nobody is to open after the stack.
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  key.addToResourcePolicy(allowAlarms(stack, ['kms:Decrypt', 'kms:GenerateDataKey'], '*'));
  return key;
}

/** In the policy of a key, `*` is the key itself. */
function allowAlarms(stack: Stack, actions: string[], resource: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions,
    resources: [resource],
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
}
