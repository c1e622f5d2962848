import { randomBytes } from 'node:crypto';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { watchLock } from '../writers/watch-lock.ts';

const run = 'bench';
const urlsPerBatch = 45;
const loadedAtOnce = 50_000;
/** Keys are spread evenly over all that there are, which random ones are too. */
const allKeys = 2n ** 64n;

/** Brings so many URLs into a run, in the order of their keys, which is quicker than by batches. */
export async function loadUrls(file: string, urls: number, _input: number): Promise<void> {
  const database = openDatabase(file);
  await makeLocalLedger(database).createRun({
    id: run,
    job: {},
    baseDir: '/',
    state: 'running',
    startedAt: Date.now(),
  });
  const number = database.runNumber(run);
  const insert = database.prepare('INSERT INTO seen (run, key, batch) VALUES (?, ?, ?)');
  for (let from = 0; from < urls; from += loadedAtOnce) {
    const random = randomBytes(loadedAtOnce * 17);
    database.write(() => {
      for (let index = from; index < Math.min(urls, from + loadedAtOnce); index += 1) {
        const key = random.subarray((index - from) * 17, (index - from + 1) * 17);
        key.writeBigUInt64BE((BigInt(index) * allKeys) / BigInt(urls));
        insert.run(number, key, Math.ceil((index + 1) / urlsPerBatch));
      }
    });
  }
  database.close();
}

/** Admits so many batches of new URLs, a transaction each. */
export async function admitMore(file: string, batches: number, _input: number): Promise<object> {
  const database = openDatabase(file);
  const ledger = makeLocalLedger(database);
  const lock = watchLock();
  const before = process.cpuUsage();
  for (let batch = 0; batch < batches; batch += 1) {
    const urls = Array.from({ length: urlsPerBatch }, () => ({
      key: randomBytes(17).toString('base64url').slice(0, 22),
    }));
    await ledger.admit(run, `batch-${batch}`, urls);
    await database.together();
  }
  const { user, system } = process.cpuUsage(before);
  const { heldCpuMicros } = lock.end();
  database.close();
  const admitted = batches * urlsPerBatch;
  return {
    cpuMicrosPerNewUrl: Number(((user + system) / admitted).toFixed(1)),
    lockCpuMicrosPerNewUrl: Number((heldCpuMicros / admitted).toFixed(1)),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}
