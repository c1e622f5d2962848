import type { PageRequest } from '../model.ts';
import type { Kind, KindReader } from './kind.ts';
import { hostRulesOfJob, identityInSource, isFetched, isFree, nothingLeft } from './kind-parts.ts';

/** The request of a page, by its address. */
export function pageRequest(
  page: Pick<PageRequest<'page'>, 'url' | 'label'> & Partial<PageRequest<'page'>>,
): PageRequest<'page'> {
  return { kind: 'page', depth: 0, attempt: 0, ...page };
}

/** A page that a source or a link named; the rule of its label says what is extracted. */
export const pageKind: Kind<'page'> = {
  ...isFree,
  touchesHost: true,
  isPage: true,
  countPrefix: '',
  countsAdmission: false,
  gives: 'ruleItems',
  lists: 'nothing',
  carriesSecrets: false,
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

function isPlain({ method = 'GET', body = '' }: PageRequest): boolean {
  return method === 'GET' && body === '';
}

export const pageReader: KindReader<'page'> = { ...isFetched, read: () => ({ is: 'page' }) };
