import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { makeS3Outcomes } from '../../../shared/stores/aws/s3-outcomes.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeOlderReasons } from '../../contracts/older-reason-contract.ts';
import { makeTable } from './make-table.ts';

await describeWith('ministack', 'on ministack', (connection) => {
  describeOlderReasons('reasons of version 0.1 in DynamoDB and S3', {
    async open({ now }) {
      const { client, table } = await makeTable(connection);
      const s3 = new S3Client({ ...connection, forcePathStyle: true });
      const bucket = randomUUID();
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      const keyOf = (run: string) => ({ TableName: table, Key: { pk: { S: `RUN#${run}` } } });
      const objectOf = (run: string, batch: string) => ({
        ...{ Bucket: bucket, Key: objectKeys.outcome(run, batch) },
      });
      return {
        ledger: makeDynamoLedger({ client, table, keepDays: 30, now }),
        outcomes: makeS3Outcomes({ client: s3, bucket }),
        async moveAsOlder(run, state, text) {
          const values = { ':state': { S: state }, ...(text === undefined ? {} : { ':text': { S: text } }) };
          await client.send(
            new UpdateItemCommand({
              ...keyOf(run),
              UpdateExpression: `SET #state = :state${text === undefined ? ' REMOVE reason' : ', reason = :text'}`,
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: values,
            }),
          );
        },
        async writeAsOlder(outcome) {
          const Body = gzipSync(JSON.stringify(outcome));
          await s3.send(new PutObjectCommand({ ...objectOf(outcome.run, outcome.batch), Body }));
        },
        async readAsOlder(run) {
          const { Item } = await client.send(new GetItemCommand(keyOf(run)));
          const { Body } = await s3.send(new GetObjectCommand(objectOf(run, 'seed')));
          const outcome = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
          return { reason: Item?.['reason']?.S, halt: JSON.parse(outcome.toString('utf8')).halt.reason };
        },
      };
    },
  });
});
