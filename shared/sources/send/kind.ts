import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import { hostRulesOfJob, identityInSource, isFree, nothingLeft } from '../kind-parts.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    sent: { source: number; cursor?: never };
  }
}

/** A page that is the answer to a request which a source wrote out. */
export const sentKind: Kind<'sent'> = {
  ...isFree,
  touchesHost: true,
  isPage: true,
  countPrefix: '',
  countsAdmission: false,
  gives: 'ruleItems',
  lists: 'nothing',
  carriesSecrets: true,
  reads: 'document',
  minBodyBytes: 0,
  redirects: {
    allows: ({ depth }, target, isInScope) => depth === 0 || isInScope(target),
    hasRead: () => false,
    sameBy: 'normalForm',
    continuesRequest: false,
  },
  identity: (request, normalise) => (isPlain(request) ? normalise(request.url) : identityInSource(request)),
  isPlain,
  hostRules: hostRulesOfJob,
  factParts: () => ({}),
  pageParts: () => ({}),
  end: nothingLeft,
};

/** One that a link could have led to just as well. */
function isPlain({ method = 'GET', headers = {}, body = '', given }: PageRequest<'sent'>): boolean {
  return method === 'GET' && body === '' && Object.keys(headers).length === 0 && given?.parent === undefined;
}
