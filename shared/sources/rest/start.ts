import type { SourceStart } from '../source.ts';
import { firstRestRequest } from './rest.ts';

export const restStart: SourceStart<'rest'> = {
  seeds: (settings, index) => ({ links: [], next: [firstRestRequest(settings, index)] }),
  open: undefined,
};
