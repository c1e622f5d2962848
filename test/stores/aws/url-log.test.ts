import { setTimeout as sleep } from 'node:timers/promises';
import {
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  type UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { makeRandom } from '../../../bench/random.ts';
import type { Ledger, UrlKey } from '../../../shared/coordination/ports.ts';
import { formatVersion } from '../../../shared/model.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { attachMeter, makeMeter } from '../../../shared/stores/aws/meter.ts';
import {
  entriesOf,
  markOf,
  maxUrls,
  packEntry,
  unpackEntries,
} from '../../../shared/stores/aws/url-log-format.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

const group = 'shop.test:8080';
const urlsOf = (from: number, count: number): UrlKey[] =>
  Array.from({ length: count }, (_, index) => ({ key: `url-${from + index}`, group }));

it('packs entries as it unpacks them, and splits what is too large', () => {
  const marks = Array.from({ length: 150 }, (_, index) => markOf(`url-${index}`));
  const entries = [...entriesOf('a-batch', marks), ...entriesOf('ü', marks.slice(0, 1))];
  const unpacked = [...unpackEntries(Buffer.concat(entries.map(packEntry)))];
  expect(unpacked.map(({ batch, marks: own }) => ({ batch, marks: own }))).toEqual(entries);
  expect(entries.map((entry) => entry.marks.length)).toEqual([64, 64, 22, 1]);
  expect(new Set(marks).size).toBe(150);
});

await describeWith('dynamoDbLocal', 'the log of a host’s URLs', (connection) => {
  const open = async (version = formatVersion) => {
    const { client, table, close } = await makeTable(connection);
    const process = (own: DynamoDBClient = client, rememberedUrls = 1_000_000) =>
      makeDynamoLedger({ client: own, table, keepDays: 30, rememberedUrls });
    const run = { id: 'r', job: {}, baseDir: '/', state: 'running' as const, startedAt: 1 };
    await process().createRun({ ...run, ...(version === 1 ? {} : { v: version }) });
    const itemOf = async (pk: string) =>
      (await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }))).Item;
    const keysOf = async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      return Items.map(({ pk }) => pk?.S ?? '').filter((pk) => pk.startsWith('SEEN#'));
    };
    return { client, process, itemOf, keysOf, close };
  };

  it('takes a batch’s URLs with one write, and answers for what it knows with none', async () => {
    const { client, process, close } = await open();
    const meter = makeMeter();
    attachMeter(meter, client);
    const used = async (body: () => Promise<unknown>) => {
      await meter.during('measured', body);
      return meter.take('measured');
    };
    const [one, other] = [process(), process()];
    await Promise.all([one.readRun('r'), other.readRun('r')]);
    expect(await used(() => one.admit('r', 'a', urlsOf(0, 25)))).toEqual({ writeUnits: 1, readUnits: 0.5 });
    expect(await used(() => one.admit('r', 'b', urlsOf(0, 25)))).toEqual({});
    expect(await used(() => other.admit('r', 'b', urlsOf(0, 25)))).toEqual({ readUnits: 0.5 });
    // Three batches of one process that ask at once are answered by two writes at most.
    const three = [30, 60, 90].map((from) => () => one.admit('r', `c${from}`, urlsOf(from, 20)));
    const usage = await used(() => Promise.all(three.map((ask) => ask())));
    expect(usage.writeUnits).toBeLessThanOrEqual(4);
    await close();
  });

  it('costs a tenth of a write for each of 2,000 URLs that come 25 at a time', async () => {
    const { client, process, close } = await open();
    const meter = makeMeter();
    attachMeter(meter, client);
    const ledger = process();
    await meter.during('m', async () => {
      for (let at = 0; at < 2_000; at += 25)
        await ledger.admit('r', `batch-${at}-abcdefghijkl`, urlsOf(at, 25));
    });
    expect((meter.take('m').writeUnits ?? 0) / 2_000).toBeLessThan(0.1);
    const cold = process();
    await cold.readRun('r');
    await meter.during('m', () => cold.admit('r', 'late', urlsOf(0, 2_000)));
    expect(meter.take('m').readUnits ?? 0).toBeLessThan(5);
    await close();
  });

  it('gives each URL one owner, whatever processes die between which writes', async () => {
    for (let seed = 1; seed <= 4; seed++) await raceAndDie(seed);
  });

  /** Processes admit what overlaps; each of their calls may be lost before or after it took effect. */
  async function raceAndDie(seed: number): Promise<void> {
    const { client, process, close } = await open();
    const random = makeRandom(seed);
    const dying = (): Ledger => {
      const own = new DynamoDBClient({ ...connection, maxAttempts: 1 });
      own.middlewareStack.add(
        (next, context) => async (args) => {
          const isWrite = context.commandName === 'UpdateItemCommand';
          const fate = isWrite ? random() : 1;
          if (fate < 0.1) throw new Error('died before');
          const answer = await next(args);
          if (fate < 0.2) throw new Error('died after');
          return answer;
        },
        { step: 'initialize' },
      );
      return process(own);
    };
    const owners = new Map<string, string>();
    const work = async (name: string) => {
      let ledger = dying();
      for (let batch = 0; batch < 12; batch++) {
        const urls = urlsOf(Math.floor(random() * 600), 10 + Math.floor(random() * 90));
        for (;;) {
          const answers = await ledger.admit('r', `${name}-${batch}`, urls).catch(() => undefined);
          if (answers === undefined) {
            ledger = dying();
            await sleep(1);
            continue;
          }
          for (const [index, { key }] of urls.entries()) {
            const owner = owners.get(key) ?? answers[index] ?? '';
            expect(answers[index]).toBe(owner);
            owners.set(key, owner);
          }
          break;
        }
      }
    };
    await Promise.all(['x', 'y', 'z'].map(work));
    const asked = [...owners.keys()].map((key) => ({ key, group }));
    expect(await process(client).readOwners('r', asked)).toEqual([...owners.values()]);
    expect(await process(client).admit('r', 'last', asked)).toEqual([...owners.values()]);
    await close();
  }

  /** A process whose writes of a head, or of a segment, go through `before`. */
  const watched = (
    process: (client: DynamoDBClient) => Ledger,
    before: (what: 'head' | 'segment') => Promise<void>,
  ) => {
    const own = new DynamoDBClient(connection);
    own.middlewareStack.add(
      (next, context) => async (args) => {
        const pk = (args.input as UpdateItemCommand['input']).Key?.['pk']?.S;
        if (context.commandName === 'UpdateItemCommand') await before(pk?.endsWith('/') ? 'head' : 'segment');
        return next(args);
      },
      { step: 'initialize' },
    );
    return process(own);
  };

  it('takes no more than its head says from a segment that a process has left half moved', async () => {
    const { process, itemOf, close } = await open();
    let heads = 0;
    const dead = watched(process, async (what) => {
      if (what === 'head' && ++heads > 2) throw new Error('died');
    });
    await dead.admit('r', 'a', urlsOf(0, 60));
    await dead.admit('r', 'b', urlsOf(60, 60));
    await expect(dead.admit('r', 'c', urlsOf(120, 60))).rejects.toThrow('died');
    expect((await itemOf(`SEEN#r#${group}/0`))?.['count']?.N).toBe('120');
    const other = process();
    expect(new Set(await other.admit('r', 'd', urlsOf(90, 90)))).toEqual(new Set(['b', 'd']));
    expect(new Set(await process().admit('r', 'e', urlsOf(0, 180)))).toEqual(new Set(['a', 'b', 'd']));
    expect((await itemOf(`SEEN#r#${group}/0`))?.['count']?.N).toBe('120');
    await close();
  });

  it('keeps a segment that others have made longer while a process was paused before writing it', async () => {
    const { process, close } = await open();
    const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
    const { promise: pausing, resolve: pause } = Promise.withResolvers<void>();
    const paused = watched(process, async (what) => {
      if (what === 'head') return;
      pause();
      await woken;
    });
    await paused.admit('r', 'a', urlsOf(0, 60));
    const late = paused.admit('r', 'b', urlsOf(60, 60));
    await pausing;
    const other = process();
    await other.admit('r', 'c', urlsOf(120, 60));
    await other.admit('r', 'd', urlsOf(180, 60));
    wake();
    expect(new Set(await late)).toEqual(new Set(['b']));
    const all = await process().admit('r', 'e', urlsOf(0, 240));
    expect(all).toEqual(['a', 'b', 'c', 'd'].flatMap((batch) => Array<string>(60).fill(batch)));
    await close();
  });

  it('gives what a full log has no room for a record of its own', async () => {
    const { process, itemOf, keysOf, close } = await open();
    // It remembers so many of another host that a longer log of this one would be forgotten, and read again and again.
    const ledger = process(undefined, 60_000);
    await ledger.admit(
      'r',
      'other',
      urlsOf(0, 16_000).map(({ key }) => ({ key, group: 'other.test' })),
    );
    for (let at = 0; at < 32_000; at += 8_000) await ledger.admit('r', `b${at}`, urlsOf(at, 8_000));
    expect(new Set(await ledger.admit('r', 'last', urlsOf(31_990, 1_000)))).toEqual(
      new Set(['b24000', 'last']),
    );
    expect((await itemOf(`SEEN#r#${group}/`))?.['full']?.BOOL).toBe(true);
    expect((await keysOf()).filter((pk) => !pk.includes('/'))).toHaveLength(990);
    const cold = process();
    expect(new Set(await cold.admit('r', 'late', urlsOf(31_990, 1_000)))).toEqual(
      new Set(['b24000', 'last']),
    );
    expect(await cold.readOwners('r', [...urlsOf(5, 1), ...urlsOf(32_500, 1), ...urlsOf(50_000, 1)])).toEqual(
      ['b0', 'last', undefined],
    );
    await close();
  });

  it.each([
    [0, 1_000_000, 950_000],
    [200_000, 1_000_000, 750_000],
    [260_000, 1_000_000, 32_768],
    [0, 1_000, 32_768],
  ])('grows, beside %i URLs of others and with room for %i, to %i', (others, remembered, most) => {
    expect(maxUrls(others, remembered)).toBe(most);
  });

  it('grows beyond the usual where its processes have room for it', async () => {
    const { process, keysOf, close } = await open();
    const ledger = process();
    for (let at = 0; at < 40_000; at += 10_000) await ledger.admit('r', `b${at}`, urlsOf(at, 10_000));
    expect((await keysOf()).filter((pk) => !pk.includes('/'))).toEqual([]);
    expect(await process().admit('r', 'late', urlsOf(39_999, 2))).toEqual(['b30000', 'late']);
    await close();
  });

  it('is not for a run that began before there were logs, whose workers look for records', async () => {
    const { process, keysOf, close } = await open(1);
    expect(await process().admit('r', 'a', urlsOf(0, 2))).toEqual(['a', 'a']);
    expect((await keysOf()).sort()).toEqual(['SEEN#r#url-0', 'SEEN#r#url-1']);
    expect(await process().admit('r', 'b', urlsOf(0, 3))).toEqual(['a', 'a', 'b']);
    await close();
  });
});
