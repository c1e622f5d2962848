import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { Arrivals } from './polite-server.ts';
import { runModule } from './run-process.ts';

export interface PoliteOptions {
  hosts: number[];
  perHost: number;
  /** Worker processes; one measurement each. */
  processes: number[];
  gapMs: number;
}

const timeoutMs = 15 * 60_000;

/**
 * Scrapes lists of many hosts with the real command line and a gap, all else as shipped, and checks that every page was
 * stored. The hosts say how far apart their requests arrived.
 */
export async function polite(options: PoliteOptions): Promise<object> {
  const rows: object[] = [];
  for (const hosts of options.hosts) {
    for (const processes of options.processes) {
      rows.push({ hosts, processes, ...(await measure({ ...options, hosts, processes })) });
      console.error(JSON.stringify(rows.at(-1)));
    }
  }
  return { bench: 'polite', perHost: options.perHost, gapMs: options.gapMs, rows };
}

interface Row {
  hosts: number;
  perHost: number;
  processes: number;
  gapMs: number;
}

async function measure({ hosts, perHost, processes, gapMs }: Row): Promise<object> {
  const folder = temporaryFolder();
  const server = fork(join(import.meta.dirname, 'polite-server.ts'), [String(hosts)]);
  const answer = async () => {
    const [message] = await once(server, 'message');
    return message as unknown;
  };
  try {
    const ports = (await answer()) as number[];
    writeFileSync(join(folder.path, 'urls.txt'), urlsOf(ports, perHost));
    writeFileSync(join(folder.path, 'job.yaml'), jobYaml(gapMs, hosts * perHost));
    const signal = AbortSignal.timeout(timeoutMs);
    const args = ['run', 'job.yaml', '--json', '--processes', String(processes)];
    const done = await runModule('cli/spinneret.js', args, { cwd: folder.path, signal, watch: true });
    const { stored, seconds } = endOf(done.stdout, folder.path);
    if (stored !== hosts * perHost) throw new Error(`${stored} of ${hosts * perHost} pages were stored`);
    server.send('arrivals');
    const arrivals = (await answer()) as Arrivals;
    const cpuMs = done.processes.reduce((sum, process) => sum + process.cpuMs, 0);
    return {
      seconds,
      wallSeconds: rounded(done.ms / 1_000, 1),
      pagesPerS: Math.round(stored / seconds),
      cpuSeconds: rounded(cpuMs / 1_000, 1),
      ...arrivals,
      leastGapMs: rounded(arrivals.leastGapMs, 1),
      memory: done.processes.map(({ role, peakMb, cpuMs: own }) => ({ role, peakMb, cpuMs: own })),
    };
  } finally {
    server.kill('SIGTERM');
    folder.remove();
  }
}

/** Host by host, as most lists are. */
function urlsOf(ports: number[], perHost: number): string {
  const ofHost = (port: number) =>
    Array.from({ length: perHost }, (_, page) => `http://127.0.0.1:${port}/p/${page}\n`).join('');
  return ports.map(ofHost).join('');
}

function jobYaml(gapMs: number, pages: number): string {
  return `name: polite
sources: [{ urls: { file: urls.txt } }]
pages:
  page:
    fields: { title: { select: title, required: true } }
limits: { maxPages: ${pages} }
politeness: { gapMs: ${gapMs} }
network: allowPrivate
`;
}

interface RunManifest {
  counts: Record<string, number>;
  startedAt: string;
  finishedAt: string;
}

function endOf(stdout: string, folder: string): { stored: number; seconds: number } {
  const { runs }: { runs: { run: string }[] } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const file = join(folder, 'output', runs[0]?.run ?? '', 'run.json');
  const { counts, startedAt, finishedAt }: RunManifest = JSON.parse(readFileSync(file, 'utf8'));
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return { stored: counts['stored'] ?? 0, seconds: rounded(ms / 1_000, 1) };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
