import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { describeWith } from './describe-with.ts';

await describeWith('ministack', 'startMinistack', (connection) => {
  it('answers the AWS SDK', async () => {
    const client = new SQSClient(connection);
    expect((await client.send(new ListQueuesCommand())).$metadata.httpStatusCode).toBe(200);
    client.destroy();
  });
});

await describeWith('dynamoDbLocal', 'startDynamoDbLocal', (connection) => {
  it('answers the AWS SDK', async () => {
    const client = new DynamoDBClient(connection);
    expect((await client.send(new ListTablesCommand())).TableNames).toBeInstanceOf(Array);
    client.destroy();
  });
});

describe.each(['startMinistack', 'startDynamoDbLocal', 'startMoto'])('%s', (start) => {
  it('says what is skipped, and why, on a machine without what it needs', () => {
    const module = JSON.stringify(join(import.meta.dirname, 'emulators.ts'));
    const code = `import * as emulators from ${module}; await emulators.${start}()`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { PATH: import.meta.dirname },
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^skipped: what runs against .+, as it needs (Python|Java) .+\n$/);
    expect(status).toBe(0);
  });
});
