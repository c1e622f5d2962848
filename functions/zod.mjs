/**
 * What the project takes of zod, put in its place in the bundles: the whole, with messages in fifty
 * languages and JSON schemas, is a third of what `start` would have to load.
 */
export * as z from 'folder-of-zod/v4/classic/schemas.js';
