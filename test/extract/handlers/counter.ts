import type { HandlerPage, HandlerResult } from '../../../shared/extract/handlers/handler.ts';

export default class Counter {
  pages = 0;

  async extract(page: HandlerPage): Promise<HandlerResult> {
    this.pages++;
    return { items: [{ pages: this.pages, text: page.text, url: page.url }] };
  }
}
