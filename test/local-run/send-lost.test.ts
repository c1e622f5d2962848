import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '../../shared/job/load.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import { makeSendLost } from '../../shared/local-run/send-lost.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

it('makeSendLost takes messages for lost once they are missing for a while, since a commit counts them before they are sent', async () => {
  const folder = temporaryFolder();
  const store = await openLocalStore(loadSettings('none.yaml'), folder.path, 'test');
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    folder.remove();
  });
  const run = { id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 0 } as const;
  // Its first batch is counted, and not sent.
  await store.ledger.createRun(run);
  const lost: number[] = [];
  const lookFor = (everyMs: number) => makeSendLost(store, everyMs, (_, batches) => lost.push(batches));
  const patient = lookFor(3_600_000);
  await patient(run);
  await patient(run);
  expect(lost).toEqual([]);
  const sendLost = lookFor(50);
  await sendLost(run);
  await sleep(20);
  await sendLost(run);
  expect(lost).toEqual([1]);
  await sendLost(run);
  expect(lost).toEqual([1]);
});
