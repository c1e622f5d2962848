import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { parseLines } from '../cli/call-cli.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { killFunctions } from './kill-functions.ts';
import { openTroublemaker } from './lose-messages.ts';
import { deployQuickstart, sortedLines, startedRuns } from './quickstart.ts';
import { makeTroubles } from './troubles.ts';

const opened = await openDeployment();
const name = 'a deployment in trouble';
if ('skipped' in opened) describe(name, () => it.skip(`skipped: ${opened.skipped}`, () => {}));
else describe(name, () => describeTroubles(opened));

function describeTroubles(deployment: Deployment): void {
  let shop: DemoShop;

  beforeAll(async () => {
    shop = await serveDemoShop();
    await deployQuickstart(deployment, shop.origin);
    await deployment.call('run', 'books.yaml', '--json');
    await deployment.call('export', '--last', '--output', 'local.jsonl');
  }, awsTimeoutMs);

  afterAll(async () => {
    await shop?.close();
    await deployment.close();
  });

  it(
    'comes to the same items though calls fail, answers are lost, messages double and functions are killed',
    async () => {
      const troubles = makeTroubles(() =>
        killFunctions(`AWS_ENDPOINT_URL=${deployment.faults.endpoint}`, /Worker/),
      );
      deployment.faults.intercept(troubles.decide);
      const { stdout, code } = await deployment.call('enqueue', 'books.yaml', '--json', '--watch');
      deployment.faults.intercept(() => undefined);
      expect(code).toBe(0);
      const [id = ''] = startedRuns(stdout);
      await deployment.call('export', id, '--aws', '--output', 'troubled.jsonl');
      expect(sortedLines(deployment.read('troubled.jsonl'))).toEqual(
        sortedLines(deployment.read('local.jsonl')),
      );
      expect(Object.keys(troubles.happened()).sort()).toEqual(troubles.names.sort());
    },
    // Some five minutes on a machine at rest.
    awsTimeoutMs,
  );

  describe('a run whose messages are lost', () => {
    const trouble = openTroublemaker(deployment.endpoint);
    afterAll(() => trouble.close());
    const statusOf = async (id: string) => {
      const [status] = parseLines((await deployment.call('status', id, '--aws', '--json')).stdout);
      return status as { state: string; open: number; pages: { stored: number; cancelled: number } };
    };
    /** Begun, and then paused until all of its messages wait for their turn. */
    const startAndPause = async () => {
      // Doubled messages of runs that are over may still wait here.
      await trouble.purge();
      const { stdout } = await deployment.call('enqueue', 'books.yaml', '--json');
      const [id = ''] = startedRuns(stdout);
      await expect
        .poll(async () => (await statusOf(id)).pages.stored, { timeout: awsTimeoutMs / 2 })
        .toBeGreaterThan(20);
      await deployment.call('pause', id, '--aws');
      await expect
        .poll(async () => (await statusOf(id)).open - (await trouble.messages()), {
          timeout: awsTimeoutMs / 2,
        })
        .toBe(0);
      return id;
    };
    const expectWhole = async (id: string) => {
      expect(await deployment.call('status', id, '--aws', '--watch')).toMatchObject({ code: 0 });
      await deployment.call('export', id, '--aws', '--output', `${id}.jsonl`);
      expect(sortedLines(deployment.read(`${id}.jsonl`))).toEqual(
        sortedLines(deployment.read('local.jsonl')),
      );
    };

    it(
      'comes to the same items by resume',
      async () => {
        const id = await startAndPause();
        await trouble.purge();
        const { stdout } = await deployment.call('resume', id, '--aws');
        expect(stdout).toMatch(/open, and nobody worked on (?:it|them): sent again/);
        await expectWhole(id);
      },
      awsTimeoutMs,
    );

    it(
      'comes to the same items by the watchdog, though its queue was made anew',
      async () => {
        const id = await startAndPause();
        await trouble.replaceQueue();
        await trouble.goOn(id);
        await trouble.callWatchdog();
        await trouble.callWatchdog();
        await expectWhole(id);
      },
      awsTimeoutMs,
    );

    it(
      'ends when it is cancelled, with a manifest',
      async () => {
        const id = await startAndPause();
        await trouble.purge();
        await deployment.call('cancel', id, '--aws');
        await expect.poll(async () => (await statusOf(id)).open, { timeout: awsTimeoutMs / 2 }).toBe(0);
        expect(await statusOf(id)).toMatchObject({
          state: 'cancelled',
          pages: { cancelled: expect.any(Number) },
        });
      },
      awsTimeoutMs,
    );
  });
}
