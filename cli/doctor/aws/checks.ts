import type { Check } from '../check.ts';
import { accountChecks } from './account.ts';
import { dataChecks } from './data.ts';
import { functionChecks } from './functions.ts';
import { runChecks } from './runs.ts';

/** What is looked at on AWS, in the order in which it is told. */
export const checksOnAws: Check[] = [...accountChecks, ...functionChecks, ...dataChecks, ...runChecks];
