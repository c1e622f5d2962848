import type { Job } from '../../shared/job/schema.ts';
import { driveRun, openWorld, type World } from '../engine/world.ts';
import { checkStore, type Findings } from './check-store.ts';
import { type Choose, cuts, writeDisk } from './cut.ts';
import { type Disk, limits, type Recording, resultOf, runId } from './record.ts';

export interface PlayedCut extends Findings {
  kind: string;
}

/** Cuts the power at a moment that `choose` gives, looks at what is left, and, if `goesOn`, ends the run from there. */
export async function playCut(
  job: Job,
  recording: Recording,
  choose: Choose,
  goesOn: boolean,
): Promise<PlayedCut> {
  const at = choose(recording.disks.length);
  const [disk, earlier] = [at, choose(at + 1)].map((index) => recording.disks[index]);
  const kinds = Object.keys(cuts);
  const kind = kinds[choose(kinds.length)] ?? '';
  const cut = cuts[kind];
  if (disk === undefined || earlier === undefined || cut === undefined) throw new Error('nothing recorded');
  return { kind, ...(await inspectDisk(job, cut(disk, earlier, choose), goesOn ? recording : undefined)) };
}

/** `expected`: what the run has to come to when it goes on from there. */
export async function inspectDisk(
  job: Job,
  disk: Disk,
  expected?: Pick<Recording, 'items' | 'ends'>,
): Promise<Findings> {
  const world = openWorld(limits, { fill: (folder) => writeDisk(disk, folder) });
  try {
    const findings = await checkStore(world, job);
    if (expected === undefined) return findings;
    return { ...findings, violations: [...findings.violations, ...(await endFaults(world, job, expected))] };
  } finally {
    await world.close();
  }
}

async function endFaults(
  world: World,
  job: Job,
  expected: Pick<Recording, 'items' | 'ends'>,
): Promise<string[]> {
  // Repeated, it sends a first batch that was lost, and changes nothing else.
  await world.start(runId, job);
  await driveRun(world, runId, world.newProcess('after'));
  const { items, ends } = await resultOf(world);
  const isSame =
    JSON.stringify([items, sorted(ends)]) === JSON.stringify([expected.items, sorted(expected.ends)]);
  return isSame ? [] : [`the run came to ${items.length} items and ${Object.keys(ends).length} ends`];
}

function sorted(ends: Record<string, string>): [string, string][] {
  return Object.entries(ends).sort(([a], [b]) => (a < b ? -1 : 1));
}
