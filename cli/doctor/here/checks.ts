import type { Check } from '../check.ts';
import { jobChecks } from './jobs.ts';
import { machineChecks } from './machine.ts';
import { networkChecks } from './network.ts';
import { storeChecks } from './store.ts';

/** What is looked at on this machine, in the order in which it is told. */
export const checksHere: Check[] = [...machineChecks, ...storeChecks, ...jobChecks, ...networkChecks];
