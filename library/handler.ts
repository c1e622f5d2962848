/** `spinneret/handler`: the types of handler files. The one list of them, which `spinneret` exports too. See docs/handlers.md. */
export type {
  Handler,
  HandlerClass,
  HandlerElement,
  HandlerPage,
  HandlerResult,
} from '../shared/extract/handlers/handler.ts';
export type { Json } from '../shared/model.ts';
