import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { wholeCoreMb } from '../../cli/estimate/model/expected-work.ts';

const root = '/sys/fs/cgroup/cpu';
const periodUs = 20_000;

/** A group of processes that together get what a function of this memory gets of a core (Linux cgroups, version 1). */
export interface CpuShare extends Disposable {
  group: string;
  share: number;
}

/** `undefined` where this process may make no such group. */
export function openCpuShare(memoryMb: number): CpuShare | undefined {
  const share = Math.min(1, memoryMb / wholeCoreMb);
  const group = `${root}/spinneret-${process.pid}-${memoryMb}`;
  if (!existsSync(`${root}/cpu.cfs_quota_us`)) return undefined;
  try {
    mkdirSync(group);
    writeFileSync(`${group}/cpu.cfs_period_us`, String(periodUs));
    writeFileSync(`${group}/cpu.cfs_quota_us`, String(Math.round(share * periodUs)));
  } catch {
    return undefined;
  }
  return { group, share, [Symbol.dispose]: () => rmdirSync(group) };
}
