import { HaltError } from '../shared/errors.ts';

/**
 * Parses headers in the format of OTEL_EXPORTER_OTLP_HEADERS: `key=value,key2=value2`, values percent-encoded
 * where they contain a comma or the like (OpenTelemetry specification, "Specifying headers via environment
 * variables"; W3C Baggage). Throws HaltError TELEMETRY_FAILED that says which pair is wrong, without its content.
 */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, pair] of text.split(',').entries()) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    const value = decode(pair.slice(at + 1).trim());
    // RFC 9110, 5.1 and 5.5: a token, and no control characters.
    const isHeader =
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value ?? '\0');
    if (!isHeader || value === undefined)
      throw new HaltError(
        'TELEMETRY_FAILED',
        `headersSecret: expected key=value,key2=value2; pair ${index + 1} is none`,
      );
    headers[name] = value;
  }
  return headers;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
