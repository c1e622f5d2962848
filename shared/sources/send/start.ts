import { compileEach } from '../each/items-to-requests.ts';
import type { SourceStart } from '../source.ts';
import { sentRequest } from './request.ts';

export const sendStart: SourceStart<'send'> = {
  seeds: (settings, index) => ({
    links: [],
    next: settings.each === undefined ? [sentRequest(settings, index)] : [],
  }),
  open: undefined,
  ofItems: (settings, index) =>
    settings.each && {
      from: settings.each.from,
      make: compileEach(settings, (filled, given) => sentRequest(filled, index, given)),
    },
};
