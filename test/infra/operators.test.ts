import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needsOfCommand, readingCommands } from '../../infra/operators.ts';
import { resourceOf, templateOf } from './synthesise.ts';

const root = join(import.meta.dirname, '../..');
const template = templateOf();

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

function statementsOf(id: string): Statement[] {
  return resourceOf(template, 'AWS::IAM::ManagedPolicy', id).Properties['PolicyDocument'].Statement;
}

function actionsOf(id: string): string[] {
  return [...new Set(statementsOf(id).flatMap(({ Action }) => Action))].sort();
}

const services: Record<string, string> = {
  'client-cloudformation': 'cloudformation',
  'client-cloudwatch': 'cloudwatch',
  'client-dynamodb': 'dynamodb',
  'client-lambda': 'lambda',
  'client-s3': 's3',
  'client-sqs': 'sqs',
  'client-ssm': 'ssm',
  'client-sts': 'sts',
};

/** Calls whose action has another name (Service Authorization Reference), or none. */
const actionOfCall: Record<string, string[]> = {
  'sts:GetCallerIdentity': [],
  'lambda:Invoke': ['lambda:InvokeFunction'],
  's3:HeadObject': ['s3:GetObject'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  'sqs:SendMessageBatch': ['sqs:SendMessage'],
  'sqs:DeleteMessageBatch': ['sqs:DeleteMessage'],
  'sqs:ChangeMessageVisibilityBatch': ['sqs:ChangeMessageVisibility'],
  // A transaction needs the actions of its parts: here updates.
  'dynamodb:TransactWriteItems': ['dynamodb:UpdateItem'],
  'dynamodb:TransactGetItems': ['dynamodb:GetItem'],
};

/** The source files that the command line loads of its own, from its commands on. */
function reached(): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(join(root, file), 'utf8');
    const specifiers = source.matchAll(
      /(?:^import (?!type)[^;]*?from|\bimport\(|^export [^;]*?from|^import)\s*'(\.[^']+\.ts)'/gm,
    );
    for (const [, specifier = ''] of specifiers) visit(join(dirname(file), specifier));
  };
  for (const file of globSync('cli/commands/*.ts', { cwd: root })) visit(file);
  return seen;
}

function callsOf(source: string): string[] {
  const imports = [...source.matchAll(/import (?!type){([^}]*)} from '@aws-sdk\/(client-[a-z0-9-]+)'/g)];
  return imports.flatMap(([, names = '', client = '']) =>
    names.split(',').flatMap((name) => {
      const [, call = ''] = /^\s*(?:paginate(\w+)|(\w+)Command)\s*$/.exec(name)?.filter(Boolean) ?? [];
      return call === '' ? [] : [`${services[client] ?? client}:${call}`];
    }),
  );
}

function actionsOfCode(): string[] {
  const files = [...reached()].filter((file) => !file.startsWith('infra/'));
  const calls = files.flatMap((file) => callsOf(readFileSync(join(root, file), 'utf8')));
  return [...new Set(calls.flatMap((call) => actionOfCall[call] ?? [call]))].sort();
}

describe('the policy of operators', () => {
  it('allows what the command line calls, and nothing else', () => {
    const code = actionsOfCode();
    expect(code.length).toBeGreaterThan(15);
    expect(actionsOf('Operators')).toEqual(code);
  });

  it('knows every command that finds a stack', () => {
    const source = globSync('cli/**/*.ts', { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const onAws = [...source.matchAll(/\bonAws\(\s*'(\w+)'/g)].map(([, name = '']) => name);
    expect(onAws.length).toBeGreaterThan(5);
    expect(onAws.filter((name) => !(name in needsOfCommand))).toEqual([]);
  });
});

describe('the policy of readers', () => {
  it('lets nobody change anything', () => {
    const changing = actionsOf('Readers').filter(
      (action) => !/:(Get|BatchGet|List|Describe|Query)/.test(action),
    );
    expect(changing).toEqual([]);
    expect(actionsOf('Operators')).toEqual(expect.arrayContaining(actionsOf('Readers')));
    expect(readingCommands).not.toContain('enqueue');
  });
});

describe.each(['Readers', 'Operators'])('the policy of %s', (id) => {
  it('names its resources, but for actions that know none', () => {
    const free = statementsOf(id).filter(({ Resource }) => Resource === '*');
    expect(free.flatMap(({ Action }) => Action).sort()).toEqual([
      'cloudwatch:GetMetricData',
      'lambda:GetAccountSettings',
    ]);
    expect(JSON.stringify(statementsOf(id))).not.toMatch(/"\w+:\*"/);
  });
});
