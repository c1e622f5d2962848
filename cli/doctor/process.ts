/**
 * The process of one group of checks: `node process.ts '{"group":"store","target":{…}}'`. It writes one line of
 * JSON for each check that has ended, so that these results remain when it is killed.
 */
import { type Check, type CheckFinding, type CheckGroup, type CheckTarget, findingOf } from './check.ts';

/** The message that a process gets. */
export interface Order {
  group: CheckGroup;
  target: CheckTarget;
}

/** The message that a process sends. */
export interface CheckReport {
  id: string;
  finding: CheckFinding;
}

/** Each process loads only what it needs, since several start at once. */
const loaders: Record<CheckGroup, () => Promise<Check[]>> = {
  machine: async () => (await import('./here/machine.ts')).machineChecks,
  store: async () => (await import('./here/store.ts')).storeChecks,
  jobs: async () => (await import('./here/jobs.ts')).jobChecks,
  network: async () => (await import('./here/network.ts')).networkChecks,
  aws: async () => (await import('./aws/checks.ts')).checksOnAws,
};

const { group, target }: Order = JSON.parse(process.argv[2] ?? '');
process.chdir(target.projectDir);
const checks = await loaders[group]();
await runAll(checks.filter(({ mayHang }) => mayHang === undefined));
await runAll(checks.filter(({ mayHang }) => mayHang === true));
// A call that is no longer awaited would keep the process alive.
process.exit();

async function runAll(checks: Check[]): Promise<void> {
  await Promise.all(
    checks.map(async (check) => {
      const report: CheckReport = { id: check.id, finding: await check.run(target).catch(findingOf) };
      process.stdout.write(`${JSON.stringify(report)}\n`);
    }),
  );
}
