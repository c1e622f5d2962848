import type { HandlerPage, HandlerResult } from '../../../shared/extract/handlers/handler.ts';

export default (page: HandlerPage): HandlerResult => ({ items: [{ value: page.json() }] });
