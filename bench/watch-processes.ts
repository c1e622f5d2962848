import { readdirSync, readFileSync } from 'node:fs';

/** What one process of a tree used. */
export interface ProcessUse {
  pid: number;
  role: string;
  /** The kernel's own high-water mark of resident memory. */
  peakMb: number;
  /** Mean resident memory in the last quarter of its life over that in the second: 1 is flat. */
  growth: number;
  /** User and system time. */
  cpuMs: number;
}

interface Sample {
  rssKb: number;
  peakKb: number;
  cpuMs: number;
}

const everyMs = 250;
/** USER_HZ, the unit of /proc/pid/stat: 100 on every Linux that Node runs on. */
const tickMs = 10;

/** Watches a process and its descendants through /proc (Linux) until `end`. */
export function watchProcesses(root: number): { end(): ProcessUse[]; treePeakMb(): number } {
  let treePeakKb = 0;
  const seen = new Map<number, { role: string; samples: Sample[] }>();
  const look = () => {
    let treeKb = 0;
    for (const pid of treeOf(root)) {
      const sample = sampleOf(pid);
      if (sample === undefined) continue;
      treeKb += sample.rssKb;
      const entry = seen.get(pid) ?? { role: roleOf(pid), samples: [] };
      entry.samples.push(sample);
      seen.set(pid, entry);
    }
    treePeakKb = Math.max(treePeakKb, treeKb);
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    end() {
      clearInterval(timer);
      return [...seen].map(([pid, { role, samples }]) => useOf(pid, role, samples));
    },
    /** The most that all had resident at one time; what they share is counted for each. */
    treePeakMb: () => Math.round(treePeakKb / 1_024),
  };
}

/** Memory of what a process has started, all of it together, what they share counted once, in MB: each second until `end`. */
export function watchTree(root: number): { end(): number[] } {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const kb = treeOf(root).reduce((sum, pid) => sum + (pid === root ? 0 : sharedKbOf(pid)), 0);
    samples.push(Math.round(kb / 1_024));
  }, 1_000);
  return {
    end() {
      clearInterval(timer);
      return samples;
    },
  };
}

/** Its proportional set size (proc(5)). */
function sharedKbOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);
}

/** User and system time of a process and its descendants, those that have ended apart. */
export function cpuMsOf(root: number): number {
  return treeOf(root).reduce((sum, pid) => sum + (sampleOf(pid)?.cpuMs ?? 0), 0);
}

function useOf(pid: number, role: string, samples: Sample[]): ProcessUse {
  const last = samples.at(-1);
  const quarter = (number: number) => {
    const part = samples.slice((samples.length * (number - 1)) / 4, (samples.length * number) / 4);
    return part.reduce((sum, { rssKb }) => sum + rssKb, 0) / part.length;
  };
  return {
    pid,
    role,
    peakMb: Math.round((last?.peakKb ?? 0) / 1_024),
    growth: Number((quarter(4) / quarter(2)).toFixed(2)),
    cpuMs: last?.cpuMs ?? 0,
  };
}

function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (fields !== undefined) parents.set(Number(name), Number(fields[1]));
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}

function sampleOf(pid: number): Sample | undefined {
  const status = read(`/proc/${pid}/status`);
  const stat = statOf(pid);
  const rssKb = Number(/VmRSS:\s+(\d+)/.exec(status ?? '')?.[1]);
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status ?? '')?.[1]);
  // A zombie, which has ended and was not waited for, has no memory any more.
  if (stat === undefined || Number.isNaN(rssKb) || Number.isNaN(peakKb)) return undefined;
  return { rssKb, peakKb, cpuMs: (Number(stat[11]) + Number(stat[12])) * tickMs };
}

/** The fields of /proc/pid/stat from the third on: the second, the name, may hold spaces (proc(5)). */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function roleOf(pid: number): string {
  const command = read(`/proc/${pid}/cmdline`) ?? '';
  return /([\w-]+)\.[jt]s\0/.exec(command)?.[1] ?? command.split('\0')[0] ?? '';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended since it was listed.
    return undefined;
  }
}
