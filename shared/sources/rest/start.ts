import { compileEach } from '../each/items-to-requests.ts';
import type { SourceStart } from '../source.ts';
import { firstRestRequest } from './rest.ts';

export const restStart: SourceStart<'rest'> = {
  seeds: (settings, index) => ({
    links: [],
    next: settings.each === undefined ? [firstRestRequest(settings, index)] : [],
  }),
  open: undefined,
  ofItems: (settings, index) =>
    settings.each && {
      from: settings.each.from,
      make: compileEach(settings, (filled, given) => firstRestRequest(filled, index, given)),
    },
};
