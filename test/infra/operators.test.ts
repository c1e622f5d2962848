import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendCommands } from '../../cli/aws/aws-commands.ts';
import {
  needsOfCommand,
  type OperatorCommand,
  readingCommands,
  statementsFor,
} from '../../infra/operators.ts';
import { makeStacks, resourceOf, templateOf } from './synthesise.ts';

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

interface Reach {
  without?: string[];
  command?: string;
}

const services: Record<string, string> = {
  'client-cloudformation': 'cloudformation',
  'client-cloudwatch': 'cloudwatch',
  'client-dynamodb': 'dynamodb',
  'client-kms': 'kms',
  'client-lambda': 'lambda',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
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

/** Its operations are loaded one by one, and each command may ask some alone: the compiler sees to it. */
const stackBackend = 'cli/aws/stack-backend.ts';

/** What each operation of a stack loads, by the lines of its source, which have the form `name: async (…) => (await import(…`. */
const modulesOfOperations = new Map(
  [
    ...sourceOf(stackBackend).matchAll(
      /^ {4}(\w+): async \([^)]*\) =>\s+\(await import\('\.\/([^']+)'\)\)/gm,
    ),
  ].map(([, operation = '', module = '']) => [operation, join(dirname(stackBackend), module)]),
);

function sourceOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function operationsOf(command: string): string[] {
  const asks: Record<string, { asks: readonly string[] }> = backendCommands;
  return [...(asks[command]?.asks ?? [])];
}

/** What a file imports. Of the operations of a stack those of one command alone, if one is named. */
function importsOf(file: string, command?: string): string[] {
  const all = [
    ...sourceOf(file).matchAll(
      /(?:^import (?!type)[^;]*?from|\bimport\(|^export [^;]*?from|^import)\s*'(\.[^']+\.ts)'/gm,
    ),
  ].map(([, specifier = '']) => join(dirname(file), specifier));
  if (file !== stackBackend || command === undefined) return all;
  const ofOperations = new Set(modulesOfOperations.values());
  const asked = operationsOf(command).flatMap((operation) => modulesOfOperations.get(operation) ?? []);
  return [...all.filter((target) => !ofOperations.has(target)), ...asked];
}

/** The source files that commands load of their own, or one command does. */
function reached(files: string[], { without = [], command }: Reach = {}): Set<string> {
  const seen = new Set<string>(without);
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of importsOf(file, command)) visit(target);
  };
  for (const file of files) visit(file);
  return new Set([...seen].filter((file) => !without.includes(file)));
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
  const files = [...reached(globSync('cli/commands/*.ts', { cwd: root }))].filter(
    (file) => !file.startsWith('infra/'),
  );
  return actionsIn(files);
}

function actionsIn(files: string[]): string[] {
  const calls = files.flatMap((file) => callsOf(sourceOf(file)));
  return [...new Set(calls.flatMap((call) => actionOfCall[call] ?? [call]))].sort();
}

/** What works on this machine's store calls the same ports. */
function isAboutStacks(file: string): boolean {
  return /^cli\/(aws|backend|commands)\/|^cli\/find-run\.ts$/.test(file);
}

/** What is called by the ports, whose adapters hold the calls of all commands. */
const actionOfPort: [RegExp, string][] = [
  [/\bqueue\.send\(|\bsweepRun\(/, 'sqs:SendMessage'],
  [/\bsweepRun\(/, 's3:GetObject'],
  [/\bledger\.moveRun\(/, 'dynamodb:UpdateItem'],
  [/\bledger\.listRuns\(/, 'dynamodb:Query'],
  [/\bledger\.readRun\(/, 'dynamodb:GetItem'],
  [/\breadCounts\(/, 'dynamodb:BatchGetItem'],
  [/\boutcomes\.list\(|\breportCoverage\(/, 's3:ListBucket'],
  [/\boutcomes\.list\(|\breportCoverage\(/, 's3:GetObject'],
];

/** The calls that the code of one command makes, its own and by the ports. */
function actionsOfOne(command: string): string[] {
  // All ports are opened for every command; a canary is a run, for who may start one; and lists of URLs that this machine reads from
  // S3 are no objects of the stack.
  const without = ['cli/aws/aws-store.ts', 'cli/doctor/aws/canary.ts', 'shared/sources/local-file.ts'];
  const files = [...reached([`cli/commands/${command}.ts`], { without, command })];
  const sources = files.filter(isAboutStacks).map(sourceOf);
  const byPorts = actionOfPort.filter(([call]) => sources.some((source) => call.test(source)));
  return [...actionsIn(files), ...byPorts.map(([, action]) => action)];
}

describe('needsOfCommand', () => {
  const { stack, resources, functions } = makeStacks().scraper;
  const allowedFor = (command: OperatorCommand) =>
    statementsFor([command], stack, resources, functions).flatMap(({ actions }) => actions);

  it.each(Object.keys(needsOfCommand) as OperatorCommand[])('has what %s calls', (command) => {
    const called = actionsOfOne(command);
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((action) => !allowedFor(command).includes(action))).toEqual([]);
  });

  it('reads of each operation of a stack what it loads', () => {
    const asked = Object.keys(backendCommands).flatMap(operationsOf);
    expect([...modulesOfOperations.keys()].sort()).toEqual([...new Set(asked)].sort());
    const imports = sourceOf(stackBackend).match(/\bimport\(/g) ?? [];
    expect(modulesOfOperations.size).toBe(imports.length);
    expect(globSync([...modulesOfOperations.values()], { cwd: root })).not.toEqual([]);
  });

  it.each(Object.keys(backendCommands))('gives %s no more operations than it uses', (command) => {
    const own = sourceOf(`cli/commands/${command}.ts`);
    // And what it loads on demand of the command line.
    const loaded = [...own.matchAll(/\bimport\('\.\.\/(?!\.)([^']+)'\)/g)].map(([, file]) =>
      sourceOf(`cli/${file}`),
    );
    const source = [own, ...loaded].join('\n');
    const isUsed = (operation: string) => new RegExp(`(?:backend\\.|[{,] )${operation}\\b`).test(source);
    expect(operationsOf(command).filter((operation) => !isUsed(operation))).toEqual([]);
  });

  it('lets nobody count the messages, or send some, whose command does not', () => {
    const counting = Object.keys(needsOfCommand).filter((command) =>
      allowedFor(command as OperatorCommand).includes('sqs:GetQueueAttributes'),
    );
    const calling = Object.keys(needsOfCommand).filter((command) =>
      actionsOfOne(command).includes('sqs:GetQueueAttributes'),
    );
    expect(counting).toEqual(calling);
  });
});

describe('the policy of operators', () => {
  it('allows what the command line calls, and nothing else', () => {
    const code = actionsOfCode();
    expect(code.length).toBeGreaterThan(15);
    expect(actionsOf('Operators')).toEqual(code);
  });

  it('knows every command that finds a stack', () => {
    const source = globSync('cli/**/*.ts', { cwd: root }).map(sourceOf).join('\n');
    const onAws = [...source.matchAll(/\b(?:onAws|withBackend)\(\s*'(\w+)'/g)].map(([, name = '']) => name);
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
