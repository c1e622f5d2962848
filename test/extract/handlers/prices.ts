import type { HandlerPage, HandlerResult } from '../../../shared/extract/handlers/handler.ts';

export default function extract(page: HandlerPage): HandlerResult {
  const offers = page.all('.offer').map((offer) => ({
    ...page.fields,
    price: offer.first('b')?.text() ?? null,
    id: offer.attr('ID') ?? null,
    html: offer.first(':scope > i')?.html() ?? null,
  }));
  return { items: offers, links: ['/next', { url: 'more', label: 'list' }, 'mailto:x', '/next'] };
}
