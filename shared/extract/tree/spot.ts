import type { Document, Element } from 'domhandler';

/** The document, or an element: the scope of selectors, and the source of values. */
export type Spot = Document | Element;
