import type { Attack } from './attack.ts';
import { bodyAttacks } from './body-attacks.ts';
import { frameAttacks, streamAttacks } from './stream-attacks.ts';

/** All of them, in the order of the table. */
export const attacks: readonly Attack[] = [...bodyAttacks, ...streamAttacks, ...frameAttacks];
