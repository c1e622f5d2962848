import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { everySetting, makeStacks, type Resource, scheduledJob } from './synthesise.ts';

/** Where a name that we give must be the only one of its kind. */
type Namespace = 'world' | 'account' | 'region' | 'parent';

/**
 * Every property of a resource that is its name, with its namespace by AWS's reference of the type. A name that is
 * in the templates and not here fails the test below: look its namespace up before it is added.
 */
const namespaces: Record<string, Namespace> = {
  'AWS::Athena::NamedQuery.Name': 'parent',
  'AWS::Athena::WorkGroup.Name': 'region',
  'AWS::Budgets::Budget.Budget.BudgetName': 'account',
  'AWS::CloudWatch::Alarm.AlarmName': 'region',
  'AWS::CloudWatch::Dashboard.DashboardName': 'account',
  'AWS::DynamoDB::Table.TableName': 'region',
  'AWS::Glue::Database.DatabaseInput.Name': 'region',
  'AWS::Glue::Table.TableInput.Name': 'parent',
  'AWS::IAM::ManagedPolicy.ManagedPolicyName': 'account',
  'AWS::IAM::Policy.PolicyName': 'parent',
  'AWS::IAM::Role.RoleName': 'account',
  'AWS::KMS::Alias.AliasName': 'region',
  'AWS::Lambda::Alias.Name': 'parent',
  'AWS::Lambda::Function.FunctionName': 'region',
  'AWS::Logs::LogGroup.LogGroupName': 'region',
  'AWS::Logs::QueryDefinition.Name': 'region',
  'AWS::S3::Bucket.BucketName': 'world',
  'AWS::Scheduler::Schedule.Name': 'parent',
  'AWS::Scheduler::ScheduleGroup.Name': 'region',
  'AWS::SNS::Topic.TopicName': 'region',
  'AWS::SQS::Queue.QueueName': 'region',
  'AWS::SSM::Parameter.Name': 'region',
};

const everything = {
  aws: everySetting,
  jobs: [scheduledJob('shop', { files: [{ path: 'x.ts', source: import.meta.filename }] })],
};

interface Named {
  /** Type and path of the property. */
  what: string;
  name: string;
}

/** The names that the templates give, as CloudFormation would write them in a region of an account. */
function namesIn(region: string): Named[] {
  const { scraper, analytics } = makeStacks(everything);
  return [scraper.stack, analytics].flatMap((stack) => {
    if (stack === undefined) return [];
    const { Resources = {} } = Template.fromStack(stack).toJSON();
    return Object.values<Resource>(Resources).flatMap((resource) => namesOf(resource, region));
  });
}

function namesOf({ Type, Properties = {} }: Resource, region: string): Named[] {
  const kind = Type.split('::').at(-1) ?? '';
  // `Name`, or `DashboardName` of a dashboard; the `GroupName` of a schedule is another's.
  const own = new RegExp(`^(Name|name|${kind}Name)$`);
  const found = (value: object, path: string): Named[] =>
    Object.entries(value).flatMap(([key, inner]) => {
      if (own.test(key)) return [{ what: `${Type}.${path}${upper(key)}`, name: inRegion(inner, region) }];
      const isInput = path === '' && /^(TableInput|DatabaseInput|Budget)$/.test(key);
      return isInput ? found(inner, `${key}.`) : [];
    });
  return found(Properties, '');
}

function upper(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function inRegion(value: unknown, region: string): string {
  return JSON.stringify(value).replaceAll('{"Ref":"AWS::Region"}', JSON.stringify(region));
}

describe('names that the stacks give', () => {
  const names = namesIn('eu-central-1');

  it('have a namespace that was looked up', () => {
    expect(names.length).toBeGreaterThan(20);
    expect(names.map(({ what }) => what).filter((what) => !(what in namespaces))).toEqual([]);
  });

  it('differ from region to region where the namespace is wider than one', () => {
    const elsewhere = namesIn('us-east-1');
    const taken = names.filter(
      ({ what, name }) =>
        ['world', 'account'].includes(namespaces[what] ?? '') &&
        elsewhere.some((other) => other.what === what && other.name === name),
    );
    expect(taken).toEqual([]);
    expect(names.map(({ what }) => what)).toContain('AWS::CloudWatch::Dashboard.DashboardName');
  });

  it('hold the name of the stack, so that two stacks of a region are not in each other’s way', () => {
    const free = names.filter(({ what, name }) => namespaces[what] !== 'parent' && !/spinneret/i.test(name));
    expect(free).toEqual([]);
  });
});
