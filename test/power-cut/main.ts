/** `npm run powercut`: cuts the power under a store at thousands of random places, and looks at what is left. */
import { parseArgs } from 'node:util';
import { makeRandom } from '../../bench/random.ts';
import type { Job } from '../../shared/job/schema.ts';
import { playCut } from './play-cut.ts';
import { jobOf, type Recording, record, serveDetours } from './record.ts';

const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});

/** A recording is cut so often before another is made, whose log is carried over after so many pages. */
const cutsPerRecording = 500;
const checkpointPages = [8_000, 12, 40, 150];
/** Every so manyth cut is followed by the end of the run. */
const goesOnEvery = 10;
const maxShown = 20;

const played: Record<string, number> = {};
const violations: string[] = [];
const site = await serveDetours();
try {
  await playAll(jobOf(site));
} finally {
  await site.close();
}
for (const violation of violations.slice(0, maxShown)) console.log(violation);
console.log(`${values.cuts} cuts from seed ${values.seed}, ${violations.length} violations`, played);
process.exitCode = violations.length === 0 ? 0 : 1;

async function playAll(job: Job): Promise<void> {
  let recording: Recording | undefined;
  for (let cut = 0; cut < Number(values.cuts); cut += 1) {
    const turn = Math.floor(cut / cutsPerRecording);
    if (recording === undefined || cut % cutsPerRecording === 0) {
      recording = await record(job, checkpointPages[turn % checkpointPages.length] ?? 0);
    }
    const seed = Number(values.seed) + cut;
    const random = makeRandom(seed);
    const choose = (below: number) => Math.floor(random() * below);
    const result = await playCut(job, recording, choose, cut % goesOnEvery === 0);
    played[result.kind] = (played[result.kind] ?? 0) + 1;
    for (const violation of result.violations) violations.push(`seed ${seed}, ${result.kind}: ${violation}`);
  }
}
