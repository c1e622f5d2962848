/** Chaos: real processes, a hostile site, a store behind a faulty network; every invariant checked from the outside. */
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { checkEvidence, type Finding } from './checks.ts';
import type { FaultKind } from './faults.ts';
import { makePlan } from './plan.ts';
import { describeFaults, describeProgress, describeRound } from './report.ts';
import { playRound } from './round.ts';

const help = `npm run chaos -- [--minutes N] [--seed S] [--rounds N] [--short] [--json] [--keep]

Plays rounds until the minutes are over (default 1) or, if --rounds is given, until so many are played; from seed
S on (a whole number, default 1). Each round is a crawl of a
hostile site by several processes, which are killed and stopped, whose clocks are wrong, and whose calls to
the store are lost, delayed, doubled and refused. In the end every invariant of docs/architecture.md is
checked by the server's log, the ledger and the items. Exit code 1: one did not hold, or was never looked at;
the folder that keeps the evidence is named then. For example:

  npm run chaos -- --minutes 10 --seed 42

A round's site, faults and injections follow from its seed, so --seed X --rounds 1 plays round X again.
What real processes make of it differs each time: a failing seed may need several attempts.

  --short  small rounds, as the test plays them
  --json   one line of JSON per round, and one for all
  --keep   keep the evidence of good rounds too`;

const options = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  rounds: { type: 'string' },
  short: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const values = readOptions();

const progressMs = 5_000;
/** Spreads the seeds of rounds over all numbers (Knuth, TAOCP 6.4). */
const seedStep = 2_654_435_761;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
const isUsable =
  Number(values.minutes) > 0 && /^\d+$/.test(values.seed) && /^[1-9]\d*$/.test(values.rounds ?? '1');
if (values.help || !isUsable) console.log(help);
else await play();
if (!isUsable) process.exitCode = 2;

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

async function play(): Promise<void> {
  const endsAt = performance.now() + Number(values.minutes) * 60_000;
  const rounds = values.rounds === undefined ? Number.POSITIVE_INFINITY : Number(values.rounds);
  const isLimitedByRounds = values.rounds !== undefined;
  const all = newTotals();
  for (let round = 0; round < rounds && (isLimitedByRounds || performance.now() < endsAt); round += 1) {
    const seed = (Number(values.seed) + round * seedStep) % 2 ** 32;
    addUp(all, await playOne(seed));
  }
  say(describeTotals(all), { total: all });
  if (all.badSeeds.length > 0 || neverChecked(all).length > 0) process.exitCode = 1;
}

async function playOne(seed: number): Promise<RoundTotals> {
  const plan = makePlan(seed, values.short ? 'short' : 'full');
  const folder = temporaryFolder();
  say(`seed ${seed}: ${plan.site.pages.length} pages, ${plan.runs.length} runs, ${plan.workers} workers`);
  let toldAt = 0;
  const result = await playRound(plan, folder.path, (progress) => {
    if (progress.ms - toldAt < progressMs) return;
    toldAt = progress.ms;
    say(describeProgress(progress));
  });
  const findings = checkEvidence(result.evidence);
  const violations = findings.reduce((sum, finding) => sum + finding.violations.length, 0);
  const pages = result.evidence.runs.reduce((sum, { counts }) => sum + (counts['admitted'] ?? 0), 0);
  const { faults, ms, reportedFaults, reported } = result;
  say(describeRound(findings, result), { seed, findings, faults, ms, reported, folder: folder.path });
  if (violations > 0)
    say(
      `  evidence: ${folder.path}\n  again: npm run chaos -- --seed ${seed} --rounds 1${values.short ? ' --short' : ''}`,
    );
  if (violations > 0 && reportedFaults.length > 0)
    say(`  reported faults:\n${reportedFaults.slice(-5).join('\n')}`);
  if (violations === 0 && !values.keep) folder.remove();
  return { seed, pages, violations, faults, findings };
}

interface RoundTotals {
  seed: number;
  pages: number;
  violations: number;
  faults: Partial<Record<FaultKind, number>>;
  findings: Finding[];
}

interface Totals {
  rounds: number;
  pages: number;
  violations: number;
  badSeeds: number[];
  /** How often each invariant was looked at. */
  checked: Record<string, number>;
  faults: Partial<Record<FaultKind, number>>;
}

function newTotals(): Totals {
  return { rounds: 0, pages: 0, violations: 0, badSeeds: [], checked: {}, faults: {} };
}

function neverChecked({ checked }: Totals): string[] {
  return Object.keys(checked).filter((invariant) => checked[invariant] === 0);
}

function addUp(all: Totals, round: RoundTotals): void {
  all.rounds += 1;
  all.pages += round.pages;
  all.violations += round.violations;
  if (round.violations > 0) all.badSeeds.push(round.seed);
  for (const { invariant, checked } of round.findings) {
    all.checked[invariant] = (all.checked[invariant] ?? 0) + checked;
  }
  for (const [kind, count] of Object.entries(round.faults) as [FaultKind, number][]) {
    all.faults[kind] = (all.faults[kind] ?? 0) + count;
  }
}

function describeTotals(all: Totals): string {
  const { rounds, pages, violations, badSeeds, faults } = all;
  const missed = neverChecked(all);
  const held = missed.length === 0 ? 'every invariant held' : `never looked at: ${missed.join(', ')}`;
  const verdict = violations === 0 ? held : `${violations} violations, seeds ${badSeeds.join(', ')}`;
  return `${rounds} rounds, ${pages} pages, faults: ${describeFaults(faults)}\n${verdict}`;
}

function say(text: string, data?: object): void {
  if (!values.json) console.log(text);
  else if (data !== undefined) console.log(JSON.stringify(data));
}
