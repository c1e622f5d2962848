/** Decodes percent-encoding; text that is not validly encoded (`100%`) is returned unchanged. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
