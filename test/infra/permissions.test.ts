import { describe, expect, it } from 'vitest';
import { watchdogRegister } from '../../shared/deployment/function-limits.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { resourceOf, resourcesOf, scheduledJob, templateOf } from './synthesise.ts';

const template = templateOf({
  jobs: [scheduledJob('shop', { files: [{ path: 'urls.txt', source: import.meta.filename }] })],
});

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
}

function statementsOf(id: string): Statement[] {
  return resourceOf(template, 'AWS::IAM::Policy', `${id}DefaultPolicy`).Properties['PolicyDocument']
    .Statement;
}

/** Keys of objects in a bucket that a statement names, as patterns. */
function keysOf(resource: unknown): string[] {
  return [resource].flat().map((one) => {
    const parts: string[] = (one as { 'Fn::Join': [string, string[]] })['Fn::Join'][1];
    return String(parts.at(-1)).slice(1);
  });
}

function actionsOf(id: string): string[] {
  return statementsOf(id).flatMap(({ Action }) => Action);
}

const policies = [...resourcesOf(template, 'AWS::IAM::Policy')].map(([id, { Properties }]) => {
  const statements: Statement[] = Properties['PolicyDocument'].Statement;
  return [id, statements] as const;
});

describe('every role', () => {
  it.each(policies)('%s names its actions', (_, statements) => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });

  it.each(policies)(
    '%s names its resources: stars are in keys of objects and secrets alone',
    (_, statements) => {
      const starred = statements
        .map(({ Resource }) => JSON.stringify(Resource))
        .filter((text) => text.includes('*'));
      const known =
        /"(\/runs\/\*\/|\/items\/run=\*\/items(-\*)?\.jsonl\.gz|\/(parts|uploads|files)\/\*\/\*|:parameter\/Spinneret\/env\/\*|:secret:Spinneret\/env\/\*)/;
      expect(starred.filter((text) => !known.test(text))).toEqual([]);
    },
  );

  it('has no policy of AWS’s own, which are wider', () => {
    for (const { Properties } of resourcesOf(template, 'AWS::IAM::Role').values()) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
    }
  });
});

describe('no function', () => {
  it.each<[string, string[]]>([
    ['StartRole', []],
    ['WorkerRole', ['dynamodb:Query']],
    ['FinishRole', []],
    ['DeadLetterRole', []],
  ])('of %s deletes or lists records, but those of the index %j', (id, listing) => {
    const forbidden = /^dynamodb:(Delete|Scan|Query|BatchWrite)|^s3:Delete/;
    expect(actionsOf(id).filter((action) => forbidden.test(action))).toEqual(listing);
    const queries = statementsOf(id).filter(({ Action }) => [Action].flat().includes('dynamodb:Query'));
    for (const { Resource } of queries) expect(JSON.stringify(Resource)).toContain('/index/runs');
  });
});

/** The keys of records that a role may update, as patterns; `undefined` for a statement without a condition. */
function updatableKeys(id: string): (string | undefined)[] {
  return statementsOf(id)
    .filter(({ Action }) => [Action].flat().includes('dynamodb:UpdateItem'))
    .flatMap(({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']);
}

describe('the watchdog', () => {
  it('reads runs and queues, and writes nothing but what it remembers and tasks', () => {
    expect(updatableKeys('WatchdogRole')).toEqual([`REGISTER#${watchdogRegister}`]);
    const sends = statementsOf('WatchdogRole').filter(({ Action }) => Action === 'sqs:SendMessage');
    expect(JSON.stringify(sends.map(({ Resource }) => Resource))).toMatch(/^\[\{"Fn::GetAtt":\["FinishQueue/);
    const actions = actionsOf('WatchdogRole').filter((action) => !action.startsWith('logs:'));
    expect(actions.sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      's3:GetObject',
      's3:ListBucket',
      'sqs:GetQueueAttributes',
      'sqs:SendMessage',
    ]);
  });
});

describe.each(['WorkerRole', 'DeadLetterRole'])('the objects of %s', (id) => {
  it('are outcomes, pages and files, which it writes, and files of jobs, which it reads', () => {
    const allowed = statementsOf(id)
      .filter(({ Action }) => [Action].flat().some((action) => /^s3:(Get|Put|Abort)/.test(action)))
      .flatMap(({ Action, Resource }) => keysOf(Resource).map((key) => [key, [Action].flat()] as const));
    const actionsOfKey = (key: string) => allowed.flatMap(([of, actions]) => (of === key ? actions : []));
    const keys = [...new Set(allowed.map(([key]) => key))];
    expect(Object.fromEntries(keys.map((key) => [key, actionsOfKey(key)]))).toEqual({
      [objectKeys.outcome('*', '*')]: ['s3:PutObject', 's3:GetObject'],
      [objectKeys.file('*', '*')]: ['s3:GetObject'],
      [objectKeys.pages('*', '*')]: ['s3:PutObject', 's3:AbortMultipartUpload'],
      [objectKeys.stored('*', '*')]: ['s3:PutObject', 's3:GetObject'],
      [objectKeys.upload('*', '*')]: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
    });
  });
});

describe('the finish function', () => {
  it('tells the topic, and sends to the queue that calls it, and batches that were lost', () => {
    expect(actionsOf('FinishRole')).toContain('sns:Publish');
    const sends = statementsOf('FinishRole').filter(({ Action }) =>
      [Action].flat().includes('sqs:SendMessage'),
    );
    expect(JSON.stringify(sends.map(({ Resource }) => Resource))).toMatch(
      /^\[\[\{"Fn::GetAtt":\["FinishQueue\w+","Arn"\]\},\{"Fn::GetAtt":\["WorkQueue/,
    );
  });

  it('reads the table, ends runs, writes what a run leaves, and reads no more objects than it needs', () => {
    const ofLedger = actionsOf('FinishRole').filter((action) => action.startsWith('dynamodb:'));
    expect(ofLedger).toEqual(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
    expect(updatableKeys('FinishRole')).toEqual(['RUN#*']);
    const objects = statementsOf('FinishRole')
      .filter(({ Action }) => [Action].flat().some((action) => /^s3:(Get|Put|Abort)/.test(action)))
      .flatMap(({ Action, Resource }) => keysOf(Resource).map((key) => [key, Action]));
    expect(Object.fromEntries(objects)).toEqual({
      [objectKeys.outcome('*', '*')]: 's3:GetObject',
      [objectKeys.file('*', '*')]: 's3:GetObject',
      [objectKeys.items('*')]: ['s3:PutObject', 's3:AbortMultipartUpload'],
      [objectKeys.report('*', '*')]: ['s3:PutObject', 's3:AbortMultipartUpload'],
      [objectKeys.manifest('*')]: ['s3:GetObject', 's3:PutObject'],
      [objectKeys.itemsPart('*', '*')]: ['s3:GetObject', 's3:PutObject'],
      [objectKeys.part('*', '*')]: ['s3:GetObject', 's3:PutObject'],
    });
  });
});

describe('the key of the stack', () => {
  const uses = (id: string) =>
    statementsOf(id)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')))
      .map(({ Effect, Action, Condition }) => [Effect, Action, Condition]);
  const of = (...names: string[]) => ({
    StringEquals: { 'kms:EncryptionContext:spinneret': names, 'kms:EncryptionContext:stack': ['Spinneret'] },
  });
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const marked = { Null: { 'kms:EncryptionContext:spinneret': 'false' } };

  it.each(['WorkerRole', 'DeadLetterRole'])(
    'wraps a key of sessions for %s, and opens it and files: nothing else',
    (id) => {
      expect(uses(id)).toEqual([
        ['Allow', 'kms:Decrypt', of('sessions', 'files')],
        ['Allow', 'kms:GenerateDataKey', of('sessions')],
      ]);
    },
  );

  it('serves the topic in the name of the finish function, which can open neither sessions nor files', () => {
    expect(uses('FinishRole')).toEqual([
      ['Allow', actions, undefined],
      ['Deny', actions, marked],
    ]);
  });

  it.each(['StartRole', 'WatchdogRole'])('is nothing to %s', (id) => {
    expect(uses(id)).toEqual([]);
  });

  it('may be that of the table, which other functions have too: what it wraps stays with the workers', () => {
    const own = templateOf({
      aws: 'kmsKeyArn: arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555\n',
    });
    expect(resourcesOf(own, 'AWS::KMS::Key').size).toBe(0);
    const refused = [...resourcesOf(own, 'AWS::IAM::Policy')]
      .filter(([, { Properties }]) => JSON.stringify(Properties['PolicyDocument']).includes('"kms:Decrypt"'))
      .map(([id, { Properties }]) => {
        const statements: Statement[] = Properties['PolicyDocument'].Statement;
        return [id.replace(/DefaultPolicy.*/, ''), statements.some(({ Effect }) => Effect === 'Deny')];
      });
    expect(Object.fromEntries(refused)).toEqual({
      WorkerRole: false,
      DeadLetterRole: false,
      StartRole: true,
      FinishRole: true,
      WatchdogRole: true,
    });
  });
});

describe('the template', () => {
  it('holds no secret: those are in the parameter store', () => {
    template.resourceCountIs('AWS::SSM::Parameter', 0);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/AKIA|aws_secret|BEGIN [A-Z ]*PRIVATE KEY/i);
  });
});

describe('objects that the settings name for lists of URLs', () => {
  const readers = (aws: string) =>
    [...resourcesOf(templateOf({ aws }), 'AWS::IAM::Policy')].flatMap(([id, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[])
        .filter(({ Resource }) => JSON.stringify(Resource).includes('lists.example'))
        .map(({ Action, Resource }) => [id.replace(/[0-9A-F]{8}$/, ''), Action, JSON.stringify(Resource)]),
    );

  it('may be read by what scrapes alone, and nothing else of their bucket', () => {
    const found = readers("seeds: ['s3://lists.example/shops/']");
    expect(found.map(([id, action]) => [id, action]).sort()).toEqual([
      ['DeadLetterRoleDefaultPolicy', 's3:GetObject'],
      ['WorkerRoleDefaultPolicy', 's3:GetObject'],
    ]);
    for (const [, , resource] of found) expect(resource).toContain(':s3:::lists.example/shops/*');
  });

  it('are none without the setting', () => {
    expect(readers('')).toEqual([]);
  });
});
