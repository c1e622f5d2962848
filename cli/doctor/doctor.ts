import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { formatNoun } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, type StackOptions } from '../aws/aws-options.ts';
import type { Output } from '../output.ts';
import { readSettings } from '../read-settings.ts';
import { exitCodes } from '../report-error.ts';
import { type CheckTarget, type FindingState, findingOf } from './check.ts';
import { checksHere } from './here/checks.ts';
import { type Checked, runChecks } from './run-checks.ts';

/** With the start of the processes, under half a minute. Only what hangs takes so long; a machine with much to do is no fault. */
const limitMs = 25_000;

/** `canary`: the page for a test run on the stack. */
export type DoctorOptions = AwsSwitch & Pick<StackOptions, 'canary'>;

/** Checks this machine, or a stack; returns 1 when something is wrong. */
export async function doctor(output: Output, options: DoctorOptions, named: string[]): Promise<number> {
  const target = targetOf(options, named);
  const checks = target.aws === undefined ? checksHere : (await import('./aws/checks.ts')).checksOnAws;
  const checked = await runChecks(checks, target, limitMs);
  if (options.canary !== undefined) checked.push(await checkCanary(output, options, options.canary));
  reportChecks(output, checked);
  return checked.some(({ finding }) => finding.state === 'wrong') ? exitCodes.failed : exitCodes.done;
}

/** The canary takes minutes, so it runs after the checks that take seconds. */
async function checkCanary(output: Output, options: AwsSwitch, url: string): Promise<Checked> {
  const { runCanary } = await import('./aws/canary.ts');
  return { id: 'canary', title: 'canary', finding: await runCanary(output, options, url).catch(findingOf) };
}

function targetOf(options: DoctorOptions, named: string[]): CheckTarget {
  const { settings, region, profile, stack } = options;
  const where = {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(stack === undefined ? {} : { stack }),
  };
  return {
    projectDir: process.cwd(),
    ...(settings === undefined ? {} : { settingsFile: settings }),
    files: named.length > 0 ? named : filesOf(options),
    ...(isOnAws(options) ? { aws: where } : {}),
  };
}

/** The files whose schedules are deployed; in a project whose settings cannot be read, the default. */
function filesOf(options: AwsSwitch): string[] {
  const patterns = () => {
    try {
      return readSettings(options).aws.jobs;
    } catch {
      // A check reports what is wrong with the settings.
      return ['config/*.yaml'];
    }
  };
  return globSync(patterns())
    .filter((file) => !/^settings\.ya?ml$/.test(basename(file)))
    .sort();
}

/** Prints what was found, with what to do about it, and what it comes to. */
export function reportChecks(output: Output, checked: Checked[]): void {
  const count = (state: FindingState) => checked.filter(({ finding }) => finding.state === state).length;
  const counts = {
    ok: count('ok'),
    look: count('look'),
    wrong: count('wrong'),
    unchecked: count('unchecked'),
  };
  output.data({ ...counts, checks: checked.map(({ id, finding }) => ({ id, ...finding })) });
  for (const line of checked.flatMap((entry) => linesOf(output, entry))) output.line(line);
  output.line(
    counts.wrong > 0
      ? `${formatNoun(counts.wrong, 'thing is', 'things are')} wrong: begin with the first`
      : counts.look > 0
        ? `nothing is wrong; ${formatNoun(counts.look, 'thing', 'things')} to look at`
        : 'all is well',
  );
}

const words: Record<FindingState, string> = {
  ok: 'ok',
  look: 'look',
  wrong: 'wrong',
  unchecked: 'not checked',
};
const colours = { ok: 'green', look: 'yellow', wrong: 'red', unchecked: 'dim' } as const;
const widths = { state: 11, title: 12 };

function linesOf({ paint }: Output, { title, finding: { state, says, remedy } }: Checked): string[] {
  const head = `${paint(colours[state], words[state].padEnd(widths.state))}  ${title.padEnd(widths.title)}  ${says}`;
  if (remedy === undefined) return [head];
  const [first, ...more] = remedy.split('\n');
  const indent = ' '.repeat(widths.state + 2);
  return [head, `${indent}what to do: ${first}`, ...more.map((line) => `${indent}            ${line}`)];
}
