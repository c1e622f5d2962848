import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { connect } from '../../../cli/aws/connect.ts';
import { findStack, type Stack } from '../../../cli/aws/find-stack.ts';
import type { StartAnswer, StartEvent } from '../../../shared/deployment/messages.ts';
import { deploymentVersion, outputs } from '../../../shared/deployment/stack.ts';
import type { AwsConnection } from '../../aws/describe-with.ts';
import { tableShape } from '../../stores/aws/make-table.ts';

/** Environment variables by which the command line finds an emulator. */
export function envOf({ endpoint, region, credentials }: AwsConnection): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The parts of the real stack that the command line touches, functions apart, under a name of its own. */
export async function deployStack(
  connection: AwsConnection,
  version = deploymentVersion,
  more: object = {},
): Promise<Pick<Stack, 'name'> & { graveyardUrl: string; find(): Promise<Stack> }> {
  const name = `S${randomUUID().slice(0, 8)}`;
  const client = new CloudFormationClient(connection);
  await client.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: JSON.stringify(template(version, more)),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const { reason } = await waitUntilStackCreateComplete(
    { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { StackName: name },
  );
  const found = reason as { Stacks: { Outputs: { OutputKey: string; OutputValue: string }[] }[] };
  const graveyard = found.Stacks[0]?.Outputs.find(({ OutputKey }) => OutputKey === 'GraveyardUrl');
  client.destroy();
  const find = () => {
    Object.assign(process.env, envOf(connection));
    return findStack(connect({}).cloudformation, name);
  };
  return { name, graveyardUrl: graveyard?.OutputValue ?? '', find };
}

const attribute = (part: string, name: string) => ({ 'Fn::GetAtt': [part, name] });
const reference = (part: string) => ({ Ref: part });
const queue = (deadLetters?: string) => ({
  Type: 'AWS::SQS::Queue',
  Properties:
    deadLetters === undefined
      ? {}
      : { RedrivePolicy: { deadLetterTargetArn: attribute(deadLetters, 'Arn'), maxReceiveCount: 5 } },
});

/** `more` resources, by name. */
function template(version: string, more: object): object {
  const values = {
    [outputs.version]: version,
    [outputs.table]: reference('Table'),
    [outputs.bucket]: reference('Bucket'),
    [outputs.queueUrl]: reference('Work'),
    [outputs.deadLetterQueueUrl]: reference('DeadLetters'),
    [outputs.finishQueueUrl]: reference('Finish'),
    [outputs.startFunction]: 'start',
    [outputs.workerFunction]: 'worker',
    [outputs.dashboard]: 'https://example.com/dashboard',
    GraveyardUrl: reference('Graveyard'),
  };
  return {
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table', Properties: tableShape },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Graveyard: queue(),
      DeadLetters: queue('Graveyard'),
      Work: queue('DeadLetters'),
      Finish: queue(),
      ...more,
    },
    Outputs: Object.fromEntries(Object.entries(values).map(([key, Value]) => [key, { Value }])),
  };
}

type Answer = StartAnswer | { errorType: string; errorMessage: string };

/** As many functions at once as an account has that AWS has seen before. */
const usualLimit = { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 };

/**
 * Lambda's Invoke on 127.0.0.1, for a start function that answers so; and the events it got. `limit`: what
 * GetAccountSettings says of the account, or the status of its refusal.
 */
export async function serveStartFunction(
  answer: (event: StartEvent) => Answer | Promise<Answer>,
  limit: { ConcurrentExecutions: number; UnreservedConcurrentExecutions: number } | number = usualLimit,
): Promise<AsyncDisposable & { endpoint: string; events: StartEvent[] }> {
  const events: StartEvent[] = [];
  const server = createServer(async (request, response) => {
    if (request.url?.includes('/account-settings') === true) {
      if (typeof limit === 'number') {
        response.writeHead(limit, { 'x-amzn-errortype': 'AccessDeniedException' });
        response.end(JSON.stringify({ Message: 'not authorized to perform: lambda:GetAccountSettings' }));
      } else response.end(JSON.stringify({ AccountLimit: limit }));
      return;
    }
    const event: StartEvent = JSON.parse(await text(request));
    events.push(event);
    const body = await answer(event);
    if ('errorType' in body) response.setHeader('x-amz-function-error', 'Unhandled');
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
