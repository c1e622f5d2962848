import { makeDynamoCoordination } from '../../../shared/stores/aws/dynamo-coordination.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeCoordination } from '../../contracts/coordination-contract.ts';
import { describePausedHolder } from '../../contracts/paused-holder-contract.ts';
import { makeTable } from './make-table.ts';

for (const emulator of ['dynamoDbLocal', 'ministack'] as const) {
  await describeWith(emulator, `makeDynamoCoordination on ${emulator}`, (connection) => {
    describeCoordination('contract', {
      async open() {
        const { client, table, close } = await makeTable(connection);
        let at = Date.now();
        return {
          close,
          process: (aheadMs = 0) =>
            makeDynamoCoordination({ client, table, keepDays: 30, now: () => at + aheadMs }),
          advance(ms) {
            at += ms;
          },
        };
      },
    });

    describePausedHolder('makeLocks', {
      async open() {
        const { client, table, close } = await makeTable(connection);
        const { accessKeyId, secretAccessKey } = connection.credentials;
        return {
          close,
          address: { table, region: connection.region },
          env: {
            AWS_ENDPOINT_URL: connection.endpoint,
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
          },
          storeAt: (aheadMs) =>
            makeDynamoCoordination({ client, table, keepDays: 30, now: () => Date.now() + aheadMs }),
        };
      },
    });
  });
}
