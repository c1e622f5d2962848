import type { Check } from '../check.ts';
import { accountChecks } from './account.ts';
import { dataChecks } from './data.ts';
import { functionChecks } from './functions.ts';
import { runChecks } from './runs.ts';

/** The checks of AWS, in the order in which they are reported. */
export const checksOnAws: Check[] = [...accountChecks, ...functionChecks, ...dataChecks, ...runChecks];
