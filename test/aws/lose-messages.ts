import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { makeDynamoLedger } from '../../shared/stores/aws/dynamo-ledger.ts';
import { countMessages } from '../../shared/stores/aws/queue-depth.ts';

const connection = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** What people, retention and deployments do to the work queue of a stack, and the watchdog's call without its schedule. */
export function openTroublemaker(endpoint: string) {
  const sqs = new SQSClient({ ...connection, endpoint });
  const lambda = new LambdaClient({ ...connection, endpoint });
  const dynamodb = new DynamoDBClient({ ...connection, endpoint });

  const workQueue = async () => {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
    return QueueUrls.find((url) => url.includes('WorkQueue')) ?? '';
  };
  return {
    messages: async () => countMessages(sqs, [await workQueue()]),
    async purge() {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: await workQueue() }));
    },
    /** Deletes the queue, and makes it anew as it was. */
    async replaceQueue() {
      const QueueUrl = await workQueue();
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
      );
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl.split('/').at(-1), Attributes }));
    },
    /** Without the command, which would look for what is lost. */
    async goOn(run: string) {
      const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
      const table = TableNames.find((name) => name.includes('Ledger')) ?? TableNames[0] ?? '';
      await makeDynamoLedger({ client: dynamodb, table, keepDays: 30 }).moveRun(run, ['paused'], 'running');
    },
    async callWatchdog() {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
      const FunctionName = Functions.find(({ FunctionName: name = '' }) =>
        /Watchdog/.test(name),
      )?.FunctionName;
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: '{}' }),
      );
      if (FunctionError !== undefined) throw new Error(Payload?.transformToString());
    },
    close() {
      for (const client of [sqs, lambda, dynamodb]) client.destroy();
    },
  };
}
