import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AwsStore, openAwsStore } from '../../../cli/aws/aws-store.ts';
import { connect } from '../../../cli/aws/connect.ts';
import type { Stack } from '../../../cli/aws/find-stack.ts';
import { findMissing, watchMissing } from '../../../cli/aws/lost-messages.ts';
import { readViews } from '../../../cli/aws/read-runs.ts';
import { checksOnAws } from '../../../cli/doctor/aws/checks.ts';
import { runChecks } from '../../../cli/doctor/run-checks.ts';
import { seedBatch } from '../../../shared/engine/run/start-run.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import type { RunState } from '../../../shared/model.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { deployStack, envOf } from './deployed-stack.ts';

const hourMs = 3_600_000;

await describeWith('ministack', 'open runs that no messages stand for', (connection) => {
  let folder: CliFolder;
  let stack: Stack;
  let store: AwsStore;

  beforeAll(async () => {
    for (const [name, value] of Object.entries(envOf(connection))) vi.stubEnv(name, value);
  });
  afterAll(() => vi.unstubAllEnvs());

  /** A stack of its own each: its queue is shared by all runs. */
  const open = async () => {
    const deployed = await deployStack(connection);
    stack = await deployed.find();
    store = openAwsStore(connect({}).config, stack, settingsSchema.parse({}).aws);
    folder = openCliFolder(envOf(connection));
    folder.write('config/settings.yaml', `aws: { stack: ${stack.name} }\n`);
    return {
      [Symbol.dispose]() {
        folder[Symbol.dispose]();
        store[Symbol.dispose]();
      },
    };
  };
  const start = async (id: string, { state = 'running' as RunState, agoMs = hourMs } = {}) => {
    const startedAt = Date.now() - agoMs;
    await store.ledger.createRun({
      id,
      job: { name: 'books', sources: [] },
      baseDir: '',
      state: 'running',
      startedAt,
    });
    if (state !== 'running') await store.ledger.moveRun(id, ['running'], state);
    return id;
  };
  const look = async () => {
    const checked = await runChecks(checksOnAws, { projectDir: folder.path, files: [], aws: {} }, 100_000);
    return checked.find(({ id }) => id === 'runs')?.finding;
  };
  const views = async () => readViews(store.ledger, await store.ledger.listRuns());

  it('are named by status and doctor, each with the command that sends them again', async () => {
    using _ = await open();
    await store.queue.send([{ batch: seedBatch(await start('purged-1')) }]);
    await start('purged-2', { state: 'cancelled' });
    await start('rests-1', { state: 'paused' });
    await store.sqs.send(new PurgeQueueCommand({ QueueUrl: stack.queueUrl }));
    const line =
      '1 batch is open, and fewer messages stand for it: its messages are lost, and this sends them again';
    const one = await folder.call('status', 'purged-1', '--aws');
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toContain(`${line}: npx spinneret resume purged-1 --aws\n`);
    const list = await folder.call('status', '--aws', '--stack', stack.name);
    expect(list.stdout).toContain(
      `purged-1: ${line}: npx spinneret resume purged-1 --aws --stack ${stack.name}`,
    );
    expect(list.stdout).toContain(`purged-2: ${line}: npx spinneret cancel purged-2 --aws`);
    expect(list.stdout).not.toContain('rests-1:');
    const finding = await look();
    expect(finding).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('purged-1: 1 batch is open'),
    });
    expect(finding?.remedy?.split('\n').sort()).toEqual([
      'npx spinneret cancel purged-2 --aws',
      'npx spinneret resume purged-1 --aws',
    ]);
  });

  it('are no matter while there are as many messages as open batches', async () => {
    using _ = await open();
    await store.queue.send([{ batch: seedBatch(await start('waits-1')) }]);
    const { stdout } = await folder.call('status', 'waits-1', '--aws');
    expect(stdout).toContain('waits-1  running');
    expect(stdout).not.toContain('messages');
    expect(await look()).toEqual({ state: 'ok', says: '1 run open' });
  });

  it('may be of a run that has just begun: then the queue’s count may be behind', async () => {
    using _ = await open();
    await start('young-1', { agoMs: 10_000 });
    const { stdout } = await folder.call('status', 'young-1', '--aws', '--json');
    expect(parseLines(stdout)).toMatchObject([{ open: 1, missingMessages: { state: 'unsure', open: 1 } }]);
    expect(await look()).toEqual({
      state: 'look',
      says: expect.stringContaining(
        'it has just begun, and the queue’s count may be a minute behind: if it does not',
      ),
      remedy: 'npx spinneret resume young-1 --aws',
    });
  });

  it('are not reported of a run that makes progress, or of which CloudWatch sees workers', async () => {
    using _ = await open();
    await start('moves-1');
    const aws = { store, stack };
    expect([...(await findMissing(aws, await views(), {})).keys()]).toEqual(['moves-1']);
    expect([...(await findMissing(aws, await views(), { workersSeen: 3 })).keys()]).toEqual([]);
    let stored = 0;
    const readCounts: AwsStore['ledger']['readCounts'] = async (run) => {
      stored += 1;
      return { ...(await store.ledger.readCounts(run)), stored };
    };
    const moving = { ...store, ledger: { ...store.ledger, readCounts } };
    expect([...(await findMissing({ store: moving, stack }, await views(), {})).keys()]).toEqual([]);
  });

  it('are reported to who watches when nothing has moved for a minute, until it moves', async () => {
    using _ = await open();
    await start('watched-1');
    const read = watchMissing({ store, stack });
    vi.useFakeTimers({ toFake: ['Date'] });
    const startedAt = Date.now();
    const seen: [number, boolean][] = [];
    const seeAt = async (seconds: number, stored: number) => {
      vi.setSystemTime(startedAt + 1_000 * seconds);
      const shown = (await views()).map((view) => ({ ...view, counts: { ...view.counts, stored } }));
      seen.push([seconds, (await read(shown)).has('watched-1')]);
    };
    // A look each fifteen seconds, and a minute without progress: each exactly.
    for (const seconds of [0, 15, 30, 45, 60, 66]) await seeAt(seconds, 1);
    await seeAt(68, 2);
    await seeAt(84, 2);
    vi.useRealTimers();
    expect(seen).toEqual([
      [0, false],
      [15, false],
      [30, false],
      [45, false],
      [60, true],
      [66, true],
      [68, false],
      [84, false],
    ]);
  });
});
