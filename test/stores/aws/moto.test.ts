import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { makeSqsQueue } from '../../../shared/stores/aws/sqs-queue.ts';
import { awsTimeoutMs } from '../../aws/aws-timeout.ts';
import { describeWith } from '../../aws/describe-with.ts';
import type { KnownFaults } from '../../contracts/known-faults.ts';
import { describeLedger } from '../../contracts/ledger-contract.ts';
import { describeQueue } from '../../contracts/queue-contract.ts';
import { makeTable } from './make-table.ts';

/** Long enough for a busy machine, on which moto takes seconds for an answer: what comes back sooner counts as delivered twice. */
const visibilityMs = 20_000;
vi.setConfig({ testTimeout: awsTimeoutMs });

/** moto 5.2.5 beside AWS's own pages. */
const faults = {
  ledger: {
    'knows when nothing is open any more, and not before': { because: reads25() },
    'takes a batch from another counter when its own has none, so that none falls below 0 and the sum is right':
      { because: reads25() },
    'adds up the counts of many batches that commit at once': { because: reads25() },
    'counts one crash though several take over at once': { because: putsBack(), isRacy: true },
    'never grants more money than there is, however large the limit and however many ask': {
      because: putsBack(),
      isRacy: true,
    },
    // Twelve batches that each look again whenever another was put back: none of them is through in minutes.
    'never grants more of a quota than there is, however many ask, and of hundreds of quotas at once': {
      because: putsBack(),
      isEndless: true,
    },
    'counts in the run what it was asked to count: each attempt, and an end once, whoever sees it': {
      because: putsBack(),
      isRacy: true,
    },
    'counts login attempts by run and account, until one succeeds, and all of them': {
      because: 'of two conditional writes at once both may be taken',
      isRacy: true,
    },
    'lets only a later answer replace one, so that a repeat changes nothing': {
      because: 'of two conditional writes at once both may be taken',
      isRacy: true,
    },
    'gives a claim to one owner for ever, beyond runs, and keeps scopes apart': {
      because: 'of two conditional writes at once both may be taken',
      isRacy: true,
    },
    'takes a write only after the version before it, so that of two writers one has to look again': {
      because: 'of two conditional writes at once both may be taken',
      isRacy: true,
    },
  },
  queue: {
    'ignores the receipt of a receiver whose time has run out': {
      because: 'it deletes by a receipt that a later one has replaced',
    },
  },
} satisfies Record<string, KnownFaults>;

/** "You can request up to 100 items" (API reference of TransactGetItems). */
function reads25(): string {
  return 'TransactGetItems reads 25 items at most';
}

function putsBack(): string {
  return 'a transaction that is refused puts the whole table back, with what others have written meanwhile';
}

await describeWith('moto', 'on moto', (connection) => {
  describeLedger('makeDynamoLedger', {
    faults: faults.ledger,
    async open() {
      const { client, table, close } = await makeTable(connection);
      let at = Date.now();
      const now = () => at;
      const ledger = makeDynamoLedger({ client, table, keepDays: 30, now });
      return {
        ledger,
        now,
        close,
        advance(ms) {
          at += ms;
        },
      };
    },
  });

  describeQueue('makeSqsQueue', {
    faults: faults.queue,
    visibilityMs,
    isRealTime: true,
    async open() {
      const client = new SQSClient(connection);
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: randomUUID() }));
      const queue = makeSqsQueue({ client, queueUrl: QueueUrl, visibilityMs, pollMs: 0 });
      return {
        queue,
        openAs: () => queue,
        now: Date.now,
        advance: (ms) => sleep(ms),
        async close() {
          await client.send(new DeleteQueueCommand({ QueueUrl }));
          client.destroy();
        },
      };
    },
  });
});
