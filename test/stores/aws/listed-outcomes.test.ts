import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { Item, Outcome, Run } from '../../../shared/model.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { listedOutcomes } from '../../../shared/stores/aws/listed-outcomes.ts';
import { makeS3Outcomes } from '../../../shared/stores/aws/s3-outcomes.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

const run: Run = { id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1, v: 2 };

function outcome(batch: string, ...keys: (string | undefined)[]): Outcome {
  const items = keys.map((key): Item => {
    const item = { item: 'x', url: `https://a.example/${batch}`, fields: { key: key ?? null } };
    return key === undefined ? item : { ...item, key };
  });
  const rest = { pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  return { run: 'r', batch, items, ...rest };
}

await describeWith('ministack', 'listedOutcomes on ministack', (connection) => {
  it('lists an item for the batch that admitted its key, and all whose key nobody has admitted', async () => {
    const { client, table, close } = await makeTable(connection);
    const ledger = makeDynamoLedger({ client, table, keepDays: 30 });
    await ledger.createRun(run);
    const s3 = new S3Client({ ...connection, forcePathStyle: true });
    const bucket = randomUUID();
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const whole = makeS3Outcomes({ client: s3, bucket });
    const listed = listedOutcomes(whole, ledger);
    const written = [
      outcome('a', 'k1', undefined, 'k2'),
      outcome('b', 'k1', 'k3'),
      outcome('c', 'k2', 'k9', undefined),
    ];
    for (const one of written) await whole.write(one);
    // The second was faster.
    expect(await ledger.admit('r', 'b', [{ key: 'k1' }, { key: 'k3' }])).toEqual(['b', 'b']);
    expect(await ledger.admit('r', 'a', [{ key: 'k1' }, { key: 'k2' }])).toEqual(['b', 'a']);
    const kept: string[] = [];
    for await (const { batch, items } of listed.list('r')) {
      kept.push(...items.map(({ key }) => `${batch} ${key ?? 'without'}`));
    }
    expect(kept).toEqual(['a without', 'a k2', 'b k1', 'b k3', 'c k9', 'c without']);
    const after: string[] = [];
    for await (const { batch } of listed.listAfter('r', 'a')) after.push(batch);
    expect(after).toEqual(['b', 'c']);
    // What the engine reads is whole.
    expect((await listed.read('r', 'b'))?.items).toHaveLength(2);
    s3.destroy();
    await close();
  });
});
