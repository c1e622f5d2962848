import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import { bundle } from '../../bench/lambda/bundle.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import type { Batch } from '../../shared/model.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type BareAccount, functionSettings } from './bare-account.ts';
import { type LambdaProcess, startLambda } from './lambda-process.ts';

/** Worker functions, each the deployed bundle in a process of its own, fed from the queue as the event source mapping does. */
export interface WorkerFleet extends AsyncDisposable {
  /** Events that were delivered so far. */
  events(): number;
  /** The logs of all functions. */
  logs(): string;
  /** Works until the run is over, or no longer running. Deliveries of functions that die meanwhile are sent again. */
  drive(run: string): Promise<void>;
  /** Kills the function that has this token of a lock. */
  kill(token: string): Promise<void>;
}

interface Member {
  process: LambdaProcess;
  /** What it is working on. */
  records: SQSRecord[];
}

export interface FleetOptions {
  client: string;
  account: BareAccount;
  /** The name of its stack, under which its secrets are. */
  stack: string;
  size: number;
}

export async function startFleet({ client, account, stack, size }: FleetOptions): Promise<WorkerFleet> {
  await using opening = new AsyncDisposableStack();
  const { path, remove } = temporaryFolder();
  opening.defer(remove);
  await bundle({ function: 'worker' }, join(path, 'index.mjs'));
  const env = {
    ...account.env,
    [functionEnv.settings]: JSON.stringify({ ...functionSettings, stack }),
  };
  const members: Member[] = [];
  for (let count = 0; count < size; count += 1) {
    members.push({ process: opening.use(await startLambda(client, path, env)), records: [] });
  }
  let events = 0;

  const work = async (member: Member, isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      member.records = await account.receive();
      if (member.records.length === 0) continue;
      events += 1;
      try {
        const answer = await member.process.invoke(
          { Records: member.records },
          functionSettings.workerTimeoutMs,
        );
        if ('error' in answer) throw new Error(JSON.stringify(answer.error));
        await account.settle(member.records, answer.response as { batchItemFailures: [] });
      } catch (error) {
        if (!/SIGKILL/.test(String(error))) throw error;
        // Its messages would be visible again in some minutes.
        await account.queue.send(member.records.map((record) => ({ batch: batchOf(record) })));
        return;
      } finally {
        member.records = [];
      }
    }
  };
  const parts = opening.move();
  return {
    events: () => events,
    logs: () => members.map(({ process }) => process.log()).join('\n'),
    async drive(run) {
      let isOver = false;
      const watch = async () => {
        while (!isOver) {
          const state = (await account.ledger.readRun(run))?.state;
          isOver = state !== 'running';
          if (!isOver) await sleep(200);
        }
      };
      try {
        await Promise.all([watch(), ...members.map((member) => work(member, () => isOver))]);
      } finally {
        isOver = true;
      }
      await account.finished();
    },
    async kill(token) {
      const member = members.find(({ process }) => token.startsWith(process.owner));
      if (member === undefined) throw new Error(`no function has ${token}`);
      await member.process.kill();
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function batchOf({ body }: SQSRecord): Batch {
  return JSON.parse(body);
}
