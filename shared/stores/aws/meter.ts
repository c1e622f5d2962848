import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Ledger } from '../../coordination/ports.ts';
import { type Usage, type UsageName, usageCounts } from '../../cost/cost.ts';
import type { Counts } from '../../model.ts';
import { askForCapacity, usageOfAnswer, usageOfError } from './billed-usage.ts';

/** The key for usage outside of any run. */
export const noRun = '';

/** Usage of billed services that no commit has stored yet, by run. */
export interface Meter {
  /** Usage during `body`, its awaited calls included, is counted for the run. */
  during<T>(run: string, body: () => Promise<T>): Promise<T>;
  /** Counted for the run being worked on, else for `noRun`. */
  add(name: UsageName, amount: number): void;
  addTo(run: string, name: UsageName, amount: number): void;
  /** Returns the pending usage and removes it. */
  take(run: string): Usage;
  putBack(run: string, usage: Usage): void;
}

export function makeMeter(): Meter {
  const current = new AsyncLocalStorage<string>();
  const pending = new Map<string, Usage>();

  const addTo = (run: string, name: UsageName, amount: number): void => {
    if (amount === 0) return;
    const usage = pending.get(run) ?? {};
    usage[name] = (usage[name] ?? 0) + amount;
    pending.set(run, usage);
  };
  return {
    during: (run, body) => current.run(run, body),
    add: (name, amount) => addTo(current.getStore() ?? noRun, name, amount),
    addTo,
    take(run) {
      const usage = pending.get(run) ?? {};
      pending.delete(run);
      return usage;
    },
    putBack(run, usage) {
      for (const [name, amount] of entriesOf(usage)) addTo(run, name, amount);
    },
  };
}

/** A ledger whose commits carry the run's usage with them, as counts `used:…`. */
export function metered(ledger: Ledger, meter: Meter): Ledger {
  return {
    ...ledger,
    async commit(commit) {
      const usage = meter.take(commit.run);
      const putBack = () => meter.putBack(commit.run, usage);
      try {
        const answer = await ledger.commit({ ...commit, counts: sum(commit.counts, usageCounts(usage)) });
        if (answer.state !== 'done') putBack();
        return answer;
      } catch (error) {
        putBack();
        throw error;
      }
    },
  };
}

/** A client whose calls are counted. */
type BilledClient = DynamoDBClient | SQSClient | S3Client | KMSClient;

/** Adds every call of the client to the meter, refused ones included, since they are billed too. */
export function attachMeter(meter: Meter, client: BilledClient): void {
  const record = (usage: Usage) => {
    for (const [name, amount] of entriesOf(usage)) meter.add(name, amount);
  };
  stackOf(client).add(
    (next, { clientName = '', commandName = '' }) =>
      async (args) => {
        const call = {
          client: clientName,
          command: commandName,
          input: askForCapacity(clientName, commandName, args.input),
        };
        try {
          const result = await next({ ...args, input: call.input });
          record(usageOfAnswer(call, result.output));
          return result;
        } catch (error) {
          record(usageOfError(call, error));
          throw error;
        }
      },
    { step: 'initialize', name: 'spinneretMeter' },
  );
}

/** The part of a middleware stack that all clients have in common; their own types differ in input and output. */
interface AnyStack {
  add(
    middleware: (
      next: (args: { input: object }) => Promise<{ output: object; response: unknown }>,
      context: { clientName?: string; commandName?: string },
    ) => (args: { input: object }) => Promise<{ output: object; response: unknown }>,
    options: { step: 'initialize'; name: string },
  ): void;
}

function stackOf(client: BilledClient): AnyStack {
  return client.middlewareStack as unknown as AnyStack;
}

function sum(counts: Counts, more: Counts): Counts {
  const both = { ...counts };
  for (const [name, value] of Object.entries(more)) both[name] = (both[name] ?? 0) + value;
  return both;
}

function entriesOf(usage: Usage): [UsageName, number][] {
  return Object.entries(usage) as [UsageName, number][];
}
