import type { Json } from './model.ts';

/**
 * Only a text with such a run of digits, or such an exponent, can hold a number that JavaScript cannot represent.
 */
const mayBeTooLarge = /\d{16}|\d[eE]\+?\d{3}/;

/**
 * `JSON.parse`, except for numbers that JavaScript cannot represent: integers beyond 2^53, and numbers beyond the
 * largest, become text with the digits as written. RFC 8259 §6 sets no limit to numbers, and ids of 64 bits are
 * common; `JSON.parse` would round them silently. Throws SyntaxError.
 */
export function parseExactJson(text: string): Json {
  if (!mayBeTooLarge.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, keepDigits) as Json;
}

/** The third parameter is ECMAScript's "JSON.parse source text access", in Node since version 21. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  const isTooLarge = Number.isFinite(value) ? isUnsafeInteger(source) : true;
  return isTooLarge ? source : value;
}

/** Is the literal a whole number that `Number` may round? */
export function isUnsafeInteger(literal: string): boolean {
  return /^[+-]?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal));
}
