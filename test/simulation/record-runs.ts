/**
 * `node test/simulation/record-runs.ts` writes recorded-runs.json anew, with which recorded-runs.test.ts compares.
 * `--calls 'lossy 3'` prints every call of one of its runs, to be compared with those that another commit prints.
 */
import { parseArgs } from 'node:util';
import { type RunRecord, recordRun, writeRecords } from './record-run.ts';
import { recordedScenarios } from './recorded-scenarios.ts';

const { values } = parseArgs({ options: { calls: { type: 'string' } } });

if (values.calls === undefined) await writeAll();
else await print(values.calls);

async function writeAll(): Promise<void> {
  const records: Record<string, RunRecord> = {};
  for (const scenario of recordedScenarios) records[scenario.name] = (await recordRun(scenario)).record;
  writeRecords(records);
}

async function print(name: string): Promise<void> {
  const scenario = recordedScenarios.find((one) => one.name === name);
  if (scenario === undefined) {
    throw new Error(`no run '${name}' is recorded: ${recordedScenarios.map((one) => one.name).join(', ')}`);
  }
  for (const line of (await recordRun(scenario)).calls) console.log(line);
}
