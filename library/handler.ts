/** `spinneret/handler`: the types of handler files. See docs/handlers.md. */
export type {
  Handler,
  HandlerClass,
  HandlerElement,
  HandlerPage,
  HandlerResult,
} from '../shared/extract/handlers/handler.ts';
export type { Json } from '../shared/model.ts';
