import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOnAws } from '../../../cli/aws/aws-options.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { findStack } from '../../../cli/aws/find-stack.ts';
import { deploymentVersion, outputs } from '../../../shared/deployment/stack.ts';
import { openCliFolder } from '../call-cli.ts';

interface Refusal {
  status: number;
  body: string;
}

/** As CloudFormation answers (AWS query protocol). */
const refusal = (status: number, code: string, message: string): Refusal => ({
  status,
  body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

const description = (status: string, values: Record<string, string>): Refusal => ({
  status: 200,
  body: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>Spinneret</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${Object.entries(
    values,
  )
    .map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
});

const everything = Object.fromEntries(Object.values(outputs).map((key) => [key, 'x']));
const { [outputs.bucket]: _bucket, ...withoutBucket } = everything;
const { [outputs.finishQueueUrl]: _finishQueueUrl, ...ofFirstRelease } = everything;

const find = (profile?: string) => {
  const options = profile === undefined ? {} : { profile };
  return findStack(connect(options).cloudformation, 'Spinneret');
};

/** No configuration of this machine's owner; credentials and a region that look right. */
const clean = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'eu-central-1',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const stub = (env: Record<string, string>) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};
beforeEach(() => stub(clean));
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('findStack, answered by CloudFormation', () => {
  let answer: Refusal;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
  });
  const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => stub({ AWS_ENDPOINT_URL: endpoint() }));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('finds the parts of a stack', async () => {
    answer = description('UPDATE_COMPLETE', { ...everything, [outputs.version]: deploymentVersion });
    expect(await find()).toMatchObject({ name: 'Spinneret', region: 'eu-central-1', table: 'x' });
  });

  it.each<[code: string, what: string, answer: Refusal, text: string]>([
    [
      'AWS_CREDENTIALS',
      'an expired session',
      refusal(403, 'ExpiredToken', 'The security token included in the request is expired'),
      'is expired',
    ],
    [
      'AWS_CREDENTIALS',
      'an unknown key',
      refusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
      'is invalid',
    ],
    [
      'AWS_CREDENTIALS',
      'a wrong secret',
      refusal(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match'),
      'SignatureDoesNotMatch',
    ],
    [
      'AWS_DENIED',
      'a missing permission',
      refusal(403, 'AccessDenied', 'User: x is not authorized to perform: cloudformation:DescribeStacks'),
      'cloudformation:DescribeStacks',
    ],
    [
      'STACK_MISSING',
      'a stack that is not there',
      refusal(400, 'ValidationError', 'Stack with id Spinneret does not exist'),
      'no stack Spinneret in eu-central-1',
    ],
    [
      'STACK_MISSING',
      'a stack that never came up',
      description('ROLLBACK_COMPLETE', {}),
      'the stack Spinneret in eu-central-1 is ROLLBACK_COMPLETE',
    ],
    [
      'STACK_OUTDATED',
      'a stack of another version',
      description('CREATE_COMPLETE', { ...everything, [outputs.version]: '0' }),
      `has version 0; this command speaks ${deploymentVersion}`,
    ],
    [
      'STACK_OUTDATED',
      'somebody else’s stack',
      description('CREATE_COMPLETE', { SomeUrl: 'x' }),
      'is none of Spinneret',
    ],
    [
      'STACK_OUTDATED',
      'a stack that lacks a part',
      description('UPDATE_COMPLETE', { ...withoutBucket, [outputs.version]: deploymentVersion }),
      'has no output BucketName',
    ],
    [
      'STACK_OUTDATED',
      'a stack of 0.1, which says the version of the release after it',
      description('CREATE_COMPLETE', { ...ofFirstRelease, [outputs.version]: deploymentVersion }),
      'was deployed by Spinneret 0.1',
    ],
    ['AWS_FAILED', 'anything else', refusal(400, 'ValidationError', 'too long a name'), 'too long a name'],
  ])('says %s for %s', async (code, _what, given, text) => {
    answer = given;
    const message = expect.stringContaining(text);
    await expect(find()).rejects.toMatchObject({ name: 'HaltError', code, message });
  });

  it('is printed by the command line in one line and a remedy', async () => {
    answer = refusal(403, 'ExpiredToken', 'The security token included in\nthe request is expired');
    using folder = openCliFolder();
    const { code, stdout, stderr } = await folder.call('status', '--aws');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error AWS_CREDENTIALS: ExpiredToken: .*\nwhat to do: .*\n$/);
  });
});

describe('findStack, without a way to AWS', () => {
  it.each<[code: string, what: string, env: Record<string, string>, profile?: string]>([
    ['AWS_UNREACHABLE', 'nobody listens', {}],
    ['AWS_REGION', 'no region is set', { AWS_REGION: '' }],
    ['AWS_REGION', 'the region is no name', { AWS_REGION: 'eu central 1' }],
    ['AWS_CREDENTIALS', 'there are no credentials', { AWS_ACCESS_KEY_ID: '' }],
    ['AWS_CREDENTIALS', 'there is no such profile', {}, 'nobody'],
  ])('says %s when %s', async (code, _what, env, profile) => {
    stub({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ...env });
    const warn = vi.spyOn(console, 'warn');
    await expect(find(profile)).rejects.toMatchObject({ name: 'HaltError', code });
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('isOnAws', () => {
  it('takes an option about AWS without --aws for a mistake', () => {
    expect(() => isOnAws({ region: 'eu-central-1' })).toThrow('--region is about AWS: say --aws too');
    expect(isOnAws({ region: 'eu-central-1', aws: true })).toBe(true);
    expect(isOnAws({})).toBe(false);
  });
});
