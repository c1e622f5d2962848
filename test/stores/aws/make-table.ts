import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { runsIndex } from '../../../shared/deployment/stack.ts';
import type { AwsConnection } from '../../aws/describe-with.ts';

/** The table as the stack makes it. */
export const tableShape = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'S' },
    { AttributeName: 'startedAt', AttributeType: 'N' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: runsIndex,
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'startedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

/** A table of that shape, under a name of its own. */
export async function makeTable(
  connection: AwsConnection,
): Promise<{ client: DynamoDBClient; table: string; close(): Promise<void> }> {
  const client = new DynamoDBClient(connection);
  const table = `ledger-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      ...tableShape,
    }),
  );
  return {
    client,
    table,
    async close() {
      await client.send(new DeleteTableCommand({ TableName: table }));
      client.destroy();
    },
  };
}
