import type { Check } from '../check.ts';
import { jobChecks } from './jobs.ts';
import { machineChecks } from './machine.ts';
import { networkChecks } from './network.ts';
import { storeChecks } from './store.ts';

/** The checks of this machine, in the order in which they are reported. */
export const checksHere: Check[] = [...machineChecks, ...storeChecks, ...jobChecks, ...networkChecks];
