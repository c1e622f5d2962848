/** The syntaxes in which a page says for machines what it is about: the keys of a field of `structured`. */
export const syntaxNames = ['jsonld', 'microdata', 'rdfa', 'opengraph', 'twitter', 'meta'] as const;

export type Syntax = (typeof syntaxNames)[number];
