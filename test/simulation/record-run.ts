import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts } from '../../shared/model.ts';
import type { Variant } from './scenario.ts';
import { simulate } from './simulate.ts';
import type { PortCall } from './world.ts';

/** A seed, and what is changed of the world that it draws. */
export interface RecordedScenario {
  /** `lossy 3`. */
  name: string;
  seed: number;
  variant: Variant;
}

/** What is kept of a simulation. */
export interface RunRecord {
  /** The counts of each run, in the end. */
  runs: Record<string, string>;
  /** By method of a port: how often it was called, and a digest of when and with what. */
  calls: Record<string, string>;
  /** One character for each call, in their order: of a digest of it, so that the first that differs is found. */
  trace: string;
}

/** Simulates, and writes down each call of a port, and each request to a host. */
export async function recordRun({
  seed,
  variant,
}: RecordedScenario): Promise<{ calls: string[]; record: RunRecord }> {
  const calls: PortCall[] = [];
  const { counts } = await simulate(seed, variant, { onCall: (call) => calls.push(snapshotOf(call)) });
  const lines = calls.map(lineOf);
  const methods = [...Map.groupBy(calls, ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    calls: lines,
    record: {
      runs: Object.fromEntries(Object.entries(counts).map(([run, of]) => [run, textOf(of)])),
      calls: Object.fromEntries(
        methods.map(([name, of]) => [
          name,
          `${of.length} ${digestOf(of.map(lineOf).join('\n')).slice(0, 8)}`,
        ]),
      ),
      trace: lines.map((line) => digestOf(line).charAt(0)).join(''),
    },
  };
}

/** As it was when it was made: whoever made it may change what it passed. */
function snapshotOf({ values, ...call }: PortCall): PortCall {
  return { ...call, values: JSON.parse(JSON.stringify(values)) };
}

function lineOf({ atMs, name, values }: PortCall): string {
  return `${(atMs / 1_000).toFixed(3)} s  ${name} ${JSON.stringify(values)}`;
}

function textOf(counts: Counts): string {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

const path = join(import.meta.dirname, 'recorded-runs.json');

/** By the names of their scenarios. */
export function readRecords(): Record<string, RunRecord> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function writeRecords(records: Record<string, RunRecord>): void {
  writeFileSync(path, `${JSON.stringify(records, null, 2)}\n`);
}
