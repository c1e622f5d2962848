import { describe, expect, it } from 'vitest';
import { engineLimits } from '../../functions/limits.ts';
import { deploymentVersion, functionEnv, outputs, runsIndex } from '../../shared/deployment/names.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import { type Resource, resourceOf, resourcesOf, scheduledJob, templateOf } from './synthesise.ts';

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

  it('is told to the functions as the settings say', () => {
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
    const pool = pools.find(({ Properties }) => Properties['BatchSize'] === 10);
    expect(pool?.Properties['ScalingConfig']).toEqual({ MaximumConcurrency: 77 });
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
    expect(Object.keys(Properties['Environment'].Variables).sort()).toEqual(
      Object.values(functionEnv).sort(),
    );
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

  it('forgets runs and items after keepDays', () => {
    const changed = templateOf({ aws: 'keepDays: 9\n' });
    const { Rules } = resourceOf(changed, 'AWS::S3::Bucket', 'Results').Properties['LifecycleConfiguration'];
    const days = Rules.map((rule: Record<string, unknown>) => [rule['Prefix'], rule['ExpirationInDays']]);
    expect(days).toEqual(
      expect.arrayContaining([
        ['runs/', 9],
        ['items/', 9],
      ]),
    );
  });
});

describe('the topic', () => {
  it('refuses what is not TLS, and lets the account’s alarms in, to its key too', () => {
    const [policy] = [...resourcesOf(template, 'AWS::SNS::TopicPolicy').values()];
    expect(policy).toSatisfy(refusesPlain);
    const [key] = [...resourcesOf(template, 'AWS::KMS::Key').values()];
    for (const document of [policy?.Properties['PolicyDocument'], key?.Properties['KeyPolicy']]) {
      const sids = document.Statement.map(({ Sid }: { Sid?: string }) => Sid);
      expect(sids).toContain('AlarmsOfThisAccount');
    }
  });

  it('mails to alarmEmail, if there is one', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    everything.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.com' });
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
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual(Object.values(outputs).sort());
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
