/** Returns what the page's script says, so that a test can try any result. */
import type { HandlerPage } from '../../../shared/extract/handler.ts';

const results: Record<string, () => unknown> = {
  nothing: () => undefined,
  links: () => ({ links: ['/a'] }),
  none: () => ({ items: [] }),
  thrown: () => {
    throw new Error('no such price');
  },
  never: () => new Promise(() => undefined),
  text: () => 'text',
  list: () => [],
  other: () => ({ rows: [] }),
  noList: () => ({ items: {} }),
  noObject: () => ({ items: ['a'] }),
  date: () => ({ items: [{ at: new Date(0) }] }),
  absent: () => ({ items: [{ price: undefined }] }),
  infinite: () => ({ items: [{ price: Number.NaN }] }),
  call: () => ({ items: [{ a: [() => 1] }] }),
  cycle: () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return { items: [cycle] };
  },
  label: () => ({ links: [{ url: '/a', label: 'nowhere' }] }),
  noUrl: () => ({ links: [{}] }),
};

export default (page: HandlerPage): unknown => {
  page.fields['title'] = 'changed in place';
  const name = page.first('script')?.text() ?? '';
  if (name === 'selector') return { items: page.all('::text') };
  return results[name]?.();
};
