/** One attack at each door, or at those whose name has a text: prints a line of JSON for each. */
import { makeRenderer } from '../../shared/browser/renderer.ts';
import { openAttacker } from './attacker.ts';
import { attacks } from './attacks.ts';
import { doors } from './doors.ts';
import { type Played, play } from './play.ts';

export interface CaseLine extends Played {
  door: string;
  /** Instead of a code: why the others of the run did not go on. */
  fault?: string;
}

const [attackName, text = ''] = process.argv.slice(2);
if (attackName !== undefined) await printCases(attackName);

async function printCases(name: string): Promise<void> {
  const attack = attacks.find((known) => known.name === name);
  if (attack === undefined) throw new Error(`there is no attack "${name}"`);
  const attacker = openAttacker();
  // Root, as in a container, can't start the sandbox.
  const renderer = makeRenderer({ sandbox: process.getuid?.() !== 0 });
  for (const door of doors.filter((known) => known.name.includes(text))) {
    if (door.takes?.(attack) === false) continue;
    const played = await play(door, attack, attacker, renderer).catch((error: unknown) => ({
      ...{ code: '', ms: 0, peakMb: 0 },
      fault: String(error),
    }));
    console.log(JSON.stringify({ door: door.name, ...played } satisfies CaseLine));
  }
  await renderer.close();
  await attacker.close();
}
