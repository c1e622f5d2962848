import type { AwsCall, Fault } from './fault-proxy.ts';
import { dynamoFaults, s3Faults } from './fault-proxy.ts';

/** A kind of trouble: which calls it befalls, every how many of them, and what happens then. */
interface Trouble {
  befalls(call: AwsCall): boolean;
  every: number;
  /** @default no bound */
  atMost?: number;
  happen(call: AwsCall): Fault | 'twice' | undefined;
}

/** Everything that may go wrong between a function and AWS, often and in turn. `kill` ends functions at work. */
export function makeTroubles(kill: () => void) {
  const troubles: Record<string, Trouble> = {
    throttledWrites: {
      befalls: ({ operation }) => /DynamoDB.*(UpdateItem|PutItem)$/.test(operation),
      every: 9,
      happen: () => dynamoFaults.throttled,
    },
    transactionConflicts: {
      befalls: isTransaction,
      every: 4,
      happen: ({ body }) => dynamoFaults.conflict(JSON.parse(body.toString()).TransactItems.length),
    },
    lostTransactionAnswers: {
      befalls: isTransaction,
      every: 6,
      happen: () => ({ ...dynamoFaults.internal, isDone: true }),
    },
    lostLeaseAnswers: {
      befalls: ({ operation, body }) => /UpdateItem$/.test(operation) && body.includes('BATCH#'),
      every: 9,
      happen: () => ({ ...dynamoFaults.internal, isDone: true }),
    },
    doubledMessages: {
      befalls: ({ operation }) => operation === 'AmazonSQS.SendMessageBatch',
      every: 2,
      happen: () => 'twice',
    },
    lostOutcomeAnswers: {
      befalls: isOutcomePut,
      every: 3,
      happen: () => ({ ...s3Faults.slowDown, isDone: true }),
    },
    racedOutcomes: { befalls: isOutcomePut, every: 4, happen: () => s3Faults.raced },
    killedFunctions: {
      befalls: isOutcomePut,
      every: 5,
      atMost: 2,
      happen: () => {
        kill();
        return undefined;
      },
    },
  };
  const seen: Record<string, number> = {};
  const happened: Record<string, number> = {};
  return {
    decide(call: AwsCall): Fault | 'twice' | undefined {
      for (const [name, { befalls, every, atMost = Number.POSITIVE_INFINITY, happen }] of Object.entries(
        troubles,
      )) {
        if (!befalls(call)) continue;
        seen[name] = (seen[name] ?? 0) + 1;
        if (seen[name] % every !== 0 || (happened[name] ?? 0) >= atMost) continue;
        happened[name] = (happened[name] ?? 0) + 1;
        return happen(call);
      }
      return undefined;
    },
    /** How often each came about. */
    happened: () => happened,
    names: Object.keys(troubles),
  };
}

function isTransaction({ operation }: AwsCall): boolean {
  return operation.endsWith('TransactWriteItems');
}

function isOutcomePut({ operation, path }: AwsCall): boolean {
  return operation === 'PUT' && path.includes('/outcomes/');
}
