import { describe, expect, it } from 'vitest';
import { finishDeliveries, workDeliveries } from '../../shared/deployment/function-limits.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import {
  filesPrefix,
  partsKeepDays,
  partsPrefix,
  receiptsKeepDays,
  receiptsPrefix,
  uploadsKeepDays,
  uploadsPrefix,
} from '../../shared/deployment/object-keys.ts';
import { deploymentVersion, outputs, runsIndex } from '../../shared/deployment/stack.ts';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import {
  everySetting,
  type Resource,
  resourceOf,
  resourcesOf,
  scheduledJob,
  templateOf,
} from './synthesise.ts';

const template = templateOf();
const everything = templateOf({
  aws: 'alarmEmail: ops@example.com\ntags: { team: data }\n',
  jobs: [scheduledJob('shop', { files: [{ path: 'urls.txt', source: import.meta.filename }] })],
});
const functionType = 'AWS::Lambda::Function';
const functionIds = ['Start', 'Worker', 'Finish', 'DeadLetter'];
const queueType = 'AWS::SQS::Queue';

function settingsOf(made: Resource): Record<string, unknown> {
  return JSON.parse(made.Properties['Environment'].Variables[functionEnv.settings]);
}

describe('the time that things take', () => {
  const worker = resourceOf(template, functionType, 'Worker');

  it('goes up from lease to function to visibility', () => {
    const timeoutMs = 1_000 * worker.Properties['Timeout'];
    const visibilityMs = 1_000 * resourceOf(template, queueType, 'WorkQueue').Properties['VisibilityTimeout'];
    const { leaseMs } = settingsOf(worker) as { leaseMs: number };
    expect(leaseMs).toBeLessThan(timeoutMs);
    expect(timeoutMs).toBeLessThan(visibilityMs);
    expect(settingsOf(worker)).toMatchObject({ workerTimeoutMs: timeoutMs });
  });

  it.each([
    ['WorkQueue', 'Worker'],
    ['FinishQueue', 'Finish'],
    ['DeadLettersQueue', 'DeadLetter'],
  ])(
    'makes %s invisible for six calls of %s, and for how long messages wait for company',
    (queue, reader) => {
      const { Timeout } = resourceOf(template, functionType, reader).Properties;
      const { VisibilityTimeout } = resourceOf(template, queueType, queue).Properties;
      const sources = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()];
      const source = sources.find(({ Properties }) =>
        Properties['EventSourceArn']['Fn::GetAtt'][0].startsWith(queue),
      );
      const windowS = source?.Properties['MaximumBatchingWindowInSeconds'] ?? 0;
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout + windowS);
    },
  );

  it('reaches the functions as the settings say', () => {
    const changed = templateOf({ aws: 'workerTimeoutMs: 300000\nvisibilityMs: 1800000\nleaseMs: 280000\n' });
    const made = resourceOf(changed, functionType, 'Worker');
    expect(made.Properties['Timeout']).toBe(300);
    expect(settingsOf(made)).toMatchObject({ workerTimeoutMs: 300_000, leaseMs: 280_000 });
  });
});

describe('every event source', () => {
  const sources = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()];

  it('is there once a queue that a function reads', () => {
    expect(sources).toHaveLength(3);
  });

  it.each(sources)('gives back failed messages alone ($Properties.EventSourceArn)', ({ Properties }) => {
    expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
  });

  it('lets the worker’s pool be as large as the settings say, and wait for company for less than a turn', () => {
    const changed = templateOf({ aws: 'maxConcurrency: 77\n' });
    const pools = [...resourcesOf(changed, 'AWS::Lambda::EventSourceMapping').values()];
    const pool = pools.find(({ Properties }) => Properties['BatchSize'] === 40);
    expect(pool?.Properties['ScalingConfig']).toEqual({ MaximumConcurrency: 77 });
    const quick = [
      ...resourcesOf(
        templateOf({ aws: 'batchingWindowMs: 0\n' }),
        'AWS::Lambda::EventSourceMapping',
      ).values(),
    ];
    expect(quick.map(({ Properties }) => Properties['MaximumBatchingWindowInSeconds'])).toEqual(
      quick.map(() => undefined),
    );
    // More than ten messages an event need a window: Lambda refuses the mapping otherwise.
    expect(Math.max(...quick.map(({ Properties }) => Number(Properties['BatchSize'])))).toBe(10);
    const windowMs = 1_000 * Number(pool?.Properties['MaximumBatchingWindowInSeconds']);
    expect(windowMs).toBeLessThan(engineLimits(settingsSchema.parse({}).aws).maxWaitMs / 2);
  });
});

describe('every function', () => {
  it.each(functionIds)('%s has settings, logs of its own that end, and runs on arm64', (id) => {
    const { Properties } = resourceOf(template, functionType, id);
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    const { browserQueueUrl: _, ...ofAll } = functionEnv;
    expect(Object.keys(Properties['Environment'].Variables).sort()).toEqual(Object.values(ofAll).sort());
    const log = template.findResources('AWS::Logs::LogGroup')[Properties['LoggingConfig'].LogGroup.Ref];
    expect(log?.['Properties'].RetentionInDays).toBe(30);
  });
});

describe('queues', () => {
  const queues = resourcesOf(template, queueType);

  it.each([...queues.keys()])('%s is encrypted, and refuses what is not TLS', (id) => {
    expect(queues.get(id)?.Properties['SqsManagedSseEnabled']).toBe(true);
    const policies = [...resourcesOf(template, 'AWS::SQS::QueuePolicy').values()];
    expect(policies.find(({ Properties }) => Properties['Queues'][0].Ref === id)).toSatisfy(refusesPlain);
  });

  it('count the receives of a dead letter anew: those of the work queue are among them', () => {
    const receives = (id: string): number =>
      resourceOf(template, queueType, `${id}Queue`).Properties['RedrivePolicy'].maxReceiveCount;
    expect(receives('Work')).toBe(workDeliveries);
    // An hour and a half of throttling, of the visibility each.
    const { VisibilityTimeout } = resourceOf(template, queueType, 'DeadLettersQueue').Properties;
    expect((receives('DeadLetters') - receives('Work')) * VisibilityTimeout).toBe(5_400);
    // The finish function gives a step up when it is received that often: it must come to that.
    expect(receives('Finish')).toBe(finishDeliveries);
  });

  it('are received so often before they give a message up, and no other does', () => {
    const counts = [...queues.values()].map(
      ({ Properties }) => Properties['RedrivePolicy']?.maxReceiveCount ?? 'for ever',
    );
    expect(counts.toSorted()).toEqual([20, 5, 5, 'for ever', 'for ever', 'for ever']);
  });

  it('end in queues that keep letters longer than the ones they come from', () => {
    for (const { Properties } of queues.values()) {
      const target = Properties['RedrivePolicy']?.deadLetterTargetArn['Fn::GetAtt'][0];
      if (target === undefined) continue;
      const kept = queues.get(target)?.Properties['MessageRetentionPeriod'];
      expect(kept).toBe(1_209_600);
      if (!/^DeadLetters/.test(target)) continue;
      expect(kept).toBeGreaterThan(Properties['MessageRetentionPeriod']);
    }
  });
});

describe('the bucket', () => {
  const { Properties } = resourceOf(template, 'AWS::S3::Bucket', 'Results');

  it('is closed to the public, encrypted, and refuses what is not TLS', () => {
    expect(Object.values(Properties['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
    expect(Properties['BucketEncryption']).toBeDefined();
    expect([...resourcesOf(template, 'AWS::S3::BucketPolicy').values()][0]).toSatisfy(refusesPlain);
  });

  it('forgets runs and items after keepDays, and what exports are made of when nobody can need it', () => {
    const changed = templateOf({ aws: 'keepDays: 9\n' });
    const { Rules } = resourceOf(changed, 'AWS::S3::Bucket', 'Results').Properties['LifecycleConfiguration'];
    const days = Rules.map((rule: Record<string, unknown>) => [rule['Prefix'], rule['ExpirationInDays']]);
    expect(days).toEqual(
      expect.arrayContaining([
        ['runs/', 9],
        ['items/', 9],
        [filesPrefix, 18],
        [uploadsPrefix, uploadsKeepDays],
        [partsPrefix, partsKeepDays],
        [receiptsPrefix, receiptsKeepDays],
      ]),
    );
  });
});

describe('the topics', () => {
  const policies = [...resourcesOf(template, 'AWS::SNS::TopicPolicy').values()];
  const sidsOf = (document: { Statement: { Sid?: string }[] }) => document.Statement.map(({ Sid }) => Sid);

  it('are one of alarms and one of news, and refuse what is not TLS', () => {
    template.resourceCountIs('AWS::SNS::Topic', 2);
    expect(policies).toHaveLength(2);
    for (const policy of policies) expect(policy).toSatisfy(refusesPlain);
  });

  it('let the account’s alarms into the one of alarms, and to the key of both', () => {
    const open = policies.filter(({ Properties }) =>
      sidsOf(Properties['PolicyDocument']).includes('AlarmsOfThisAccount'),
    );
    expect(open.map(({ Properties }) => Properties['Topics'][0].Ref)).toEqual([
      expect.stringMatching(/^Alarms/),
    ]);
    const [key] = [...resourcesOf(template, 'AWS::KMS::Key').values()];
    expect(sidsOf(key?.Properties['KeyPolicy'])).toContain('AlarmsOfThisAccount');
  });

  it.each([
    ['nobody by default', '', [], []],
    ['whom alarmEmail names, of both', 'alarmEmail: a@example.com\n', ['a@example.com'], ['a@example.com']],
    [
      'all whom the lists name, once',
      'alarmEmail: a@example.com\nalarms: { email: [a@example.com, b@example.com] }\nnews: { email: c@example.com }\n',
      ['a@example.com', 'b@example.com'],
      ['a@example.com', 'c@example.com'],
    ],
  ])('tell %s', (_, aws, ofAlarms, ofNews) => {
    const made = [...resourcesOf(templateOf({ aws }), 'AWS::SNS::Subscription').values()];
    const tells = (topic: RegExp) =>
      made
        .filter(({ Properties }) => topic.test(Properties['TopicArn'].Ref))
        .map(({ Properties }) => Properties['Endpoint']);
    expect(tells(/^Alarms/).sort()).toEqual(ofAlarms);
    expect(tells(/^News/).sort()).toEqual(ofNews);
  });

  it.each(['all', 'urgent'])('post %s alarms to a webhook', (webhookFor) => {
    const made = templateOf({
      aws: `alarms: { webhook: https://example.com/x, webhookFor: ${webhookFor} }\n`,
    });
    const [subscription] = [...resourcesOf(made, 'AWS::SNS::Subscription').values()];
    expect(subscription?.Properties).toMatchObject({ Protocol: 'https', Endpoint: 'https://example.com/x' });
    const filter = webhookFor === 'urgent' ? { AlarmDescription: [{ prefix: '[urgent]' }] } : undefined;
    expect(subscription?.Properties['FilterPolicy']).toEqual(filter);
    expect(subscription?.Properties['FilterPolicyScope']).toBe(filter && 'MessageBody');
  });
});

describe('a customer’s own choices', () => {
  const all = templateOf({ aws: everySetting });
  const key = /11111111-2222-3333-4444-555555555555$/;

  it('put table, bucket, queues, topics and logs under one key, and make none', () => {
    all.resourceCountIs('AWS::KMS::Key', 0);
    const keys = [
      resourceOf(all, 'AWS::DynamoDB::Table', 'Ledger').Properties['SSESpecification'].KMSMasterKeyId,
      resourceOf(all, 'AWS::S3::Bucket', 'Results').Properties['BucketEncryption']
        .ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
      ...[...resourcesOf(all, queueType).values()].map(({ Properties }) => Properties['KmsMasterKeyId']),
      ...[...resourcesOf(all, 'AWS::SNS::Topic').values()].map(
        ({ Properties }) => Properties['KmsMasterKeyId'],
      ),
      ...[...resourcesOf(all, 'AWS::Logs::LogGroup').values()].map(
        ({ Properties }) => Properties['KmsKeyId'],
      ),
    ];
    expect(keys.filter((arn) => !key.test(arn))).toEqual([]);
    for (const id of functionIds) {
      const policy = resourceOf(all, 'AWS::IAM::Policy', `${id}RoleDefaultPolicy`).Properties[
        'PolicyDocument'
      ];
      expect(JSON.stringify(policy)).toContain('kms:GenerateDataKey');
    }
  });

  it('bound every role, put every function into the network, and trace it', () => {
    for (const { Properties } of resourcesOf(all, 'AWS::IAM::Role').values()) {
      expect(Properties['PermissionsBoundary']).toBe('arn:aws:iam::123456789012:policy/Boundary');
    }
    for (const id of functionIds) {
      const made = resourceOf(all, functionType, id);
      // The first call may come only when the network can be used, and the last while it still can.
      expect(made.DependsOn).toContainEqual(expect.stringMatching(`^${id}RoleDefaultPolicy`));
      expect(made.Properties).toMatchObject({
        VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] },
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { [functionEnv.logLevel]: 'WARN' } },
      });
    }
    expect(resourceOf(template, functionType, 'Worker').Properties['TracingConfig']).toBeUndefined();
    expect(resourceOf(template, functionType, 'Worker').Properties['VpcConfig']).toBeUndefined();
  });

  it('name the receiver of telemetry to every function, and its headers by the name of their secret alone', () => {
    const telemetry = { otlpEndpoint: 'https://otel.example.com', headersSecret: 'OTLP_HEADERS' };
    for (const id of functionIds) {
      expect(settingsOf(resourceOf(all, functionType, id))).toMatchObject({ telemetry });
      expect(settingsOf(resourceOf(template, functionType, id))).not.toHaveProperty('telemetry');
      const policy = resourceOf(all, 'AWS::IAM::Policy', `${id}RoleDefaultPolicy`);
      expect(JSON.stringify(policy)).toContain(':parameter/Spinneret/env/OTLP_HEADERS');
    }
    // The value is nobody's to write: neither as a parameter of the template, nor resolved by CloudFormation.
    expect(JSON.stringify(all.toJSON())).not.toMatch(/resolve:ssm/);
  });

  it.each([
    ['http://otel.example.com', 'https'],
    ['https://user:secret@otel.example.com', 'without user'],
    ['https://otel.example.com/?key=secret', 'without user'],
  ])('take no receiver like %s, which would be readable or leak', (otlpEndpoint, expected) => {
    const { error } = settingsSchema.safeParse({ aws: { telemetry: { otlpEndpoint } } });
    expect(error?.issues.map(({ message }) => message).join()).toContain(expected);
  });

  it('keep every second of the table and old versions of objects, which by default nobody pays for', () => {
    const recovery = (made: typeof template) =>
      resourceOf(made, 'AWS::DynamoDB::Table', 'Ledger').Properties['PointInTimeRecoverySpecification']
        .PointInTimeRecoveryEnabled;
    const bucket = (made: typeof template) => resourceOf(made, 'AWS::S3::Bucket', 'Results').Properties;
    expect([recovery(template), recovery(all)]).toEqual([false, true]);
    expect(bucket(template)['VersioningConfiguration']).toBeUndefined();
    expect(bucket(all)['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    const rules: Record<string, unknown>[] = bucket(all)['LifecycleConfiguration'].Rules;
    expect(rules.some((rule) => rule['NoncurrentVersionExpiration'] !== undefined)).toBe(true);
  });

  it('let a new worker take over by steps, watched by its alarms, with the queue on its alias', () => {
    template.resourceCountIs('AWS::Lambda::Alias', 0);
    const [[id = '', alias] = []] = [...resourcesOf(all, 'AWS::Lambda::Alias')];
    expect(alias).toMatchObject({ UpdatePolicy: { CodeDeployLambdaAliasUpdate: expect.anything() } });
    const sources = [...resourcesOf(all, 'AWS::Lambda::EventSourceMapping').values()];
    const ofWork = sources.find(({ Properties }) => Properties['BatchSize'] === 40);
    expect(JSON.stringify(ofWork?.Properties['FunctionName'])).toContain(id);
    const [group] = [...resourcesOf(all, 'AWS::CodeDeploy::DeploymentGroup').values()];
    const { Alarms, Enabled } = group?.Properties['AlarmConfiguration'] ?? {};
    expect(Enabled).toBe(true);
    expect(
      Alarms.map(({ Name }: { Name: { Ref: string } }) => Name.Ref.replace(/Alarm.*/, '')).sort(),
    ).toEqual(['Faults', 'NoProgress', 'RunsHalted', 'WorkerDuration', 'WorkerErrors']);
    expect(group?.Properties['AutoRollbackConfiguration'].Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
  });
});

describe('what is left behind', () => {
  const kept = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table'];

  it.each(kept)('is the %s, unless deleteData', (type) => {
    const policies = (made: typeof template) =>
      [...resourcesOf(made, type).values()].map(({ DeletionPolicy }) => DeletionPolicy);
    expect(policies(template)).toEqual(['Retain']);
    expect(policies(templateOf({ aws: 'deleteData: true\n' }))).toEqual(['Delete']);
  });

  it('is a table with an index of keys alone, by which runs are listed', () => {
    const table = resourceOf(template, 'AWS::DynamoDB::Table', 'Ledger').Properties;
    expect(table['GlobalSecondaryIndexes']).toEqual([
      expect.objectContaining({ IndexName: runsIndex, Projection: { ProjectionType: 'KEYS_ONLY' } }),
    ]);
  });

  it('is a table that nobody deletes by mistake', () => {
    const protectedBy = (made: typeof template) =>
      resourceOf(made, 'AWS::DynamoDB::Table', 'Ledger').Properties['DeletionProtectionEnabled'];
    expect(protectedBy(template)).toBe(true);
    expect(protectedBy(templateOf({ aws: 'deleteData: true\n' }))).toBe(false);
  });
});

describe('the outputs', () => {
  it('have the names that the command line knows', () => {
    const { browserQueueUrl: _, browserFunction: __, ...ofAll } = outputs;
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual(Object.values(ofAll).sort());
    expect(template.findOutputs(outputs.version)[outputs.version]).toMatchObject({
      Value: deploymentVersion,
    });
  });
});

describe('tags', () => {
  it('are on the table, those of the settings too', () => {
    const { Tags } = resourceOf(everything, 'AWS::DynamoDB::Table', 'Ledger').Properties;
    expect(Tags).toEqual([
      { Key: 'spinneret', Value: 'Spinneret' },
      { Key: 'team', Value: 'data' },
    ]);
  });
});

function refusesPlain(policy: Resource | undefined): boolean {
  const { Statement } = policy?.Properties['PolicyDocument'] ?? { Statement: [] };
  return Statement.some(
    ({ Effect, Condition }: { Effect: string; Condition?: { Bool?: Record<string, string> } }) =>
      Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
  );
}
