import { asLinks, type SourceStart } from '../source.ts';
import { firstUrlsRequest } from './urls-file.ts';

export const urlsStart: SourceStart<'urls'> = {
  seeds({ list, file, label }, index) {
    if (list !== undefined) return { links: asLinks(list, label), next: [] };
    return { links: [], next: file === undefined ? [] : [firstUrlsRequest(file, index)] };
  },
  open: undefined,
  ofItems: undefined,
};
