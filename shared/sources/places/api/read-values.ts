/** Readers of external JSON: a value of an unexpected type is absent. */

export function readObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Trimmed; empty text is absent. */
export function readText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** Finite. */
export function readNumber(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}

export function readBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Only http and https: links end up in spreadsheets and pages, where other schemes could run code. */
export function readLink(value: unknown): string | undefined {
  const text = readText(value);
  const protocol = text === undefined ? undefined : URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:' ? text : undefined;
}
