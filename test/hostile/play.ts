import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Renderer } from '../../shared/browser/types.ts';
import { storeOf } from '../engine/downloads/setting.ts';
import { page, serveSite } from '../engine/site.ts';
import { openWorld } from '../engine/world.ts';
import { certificate } from '../fetch/local-certificate.ts';
import type { Attack } from './attack.ts';
import type { Attacker } from './attacker.ts';
import type { Door } from './doors.ts';

export interface Played {
  /** What the attacked page, file or login came to. */
  code: string;
  ms: number;
  /** The most memory that this process had meanwhile, without its browser; where the system does not say it, none. */
  peakMb: number | undefined;
}

const env = { PASS: 'geheim-wort', SPINNERET_SESSION_KEY: Buffer.alloc(32, 5).toString('base64') };

/** Plays one attack at one door. Throws where the others of its run do not go on. */
export async function play(
  door: Door,
  attack: Attack,
  attacker: Attacker,
  renderer: Renderer | undefined,
): Promise<Played> {
  const site = await serveSite({ '/good': page('Good') });
  const fill = (folder: string) => writeFileSync(join(folder, 'authority.pem'), certificate);
  const world = openWorld(
    {},
    {
      ...{ env, fill, openFiles: (folder: string) => storeOf(folder) },
      ...(renderer === undefined ? {} : { makeRenderer: async () => renderer }),
    },
  );
  forgetPeak();
  const startedAt = performance.now();
  try {
    const code = await door.enter({ attack, attacker, world, good: `${site.origin}/good` });
    return { code, ms: Math.round(performance.now() - startedAt), peakMb: readPeakMb() };
  } finally {
    await world.close();
    await site.close();
  }
}

/** Linux counts the peak anew (proc(5), clear_refs). */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

function readPeakMb(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1_024);
}
