import { quote } from '../schema/format-path.ts';
import { nearest } from './nearest.ts';

/** A value as error messages show it. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

/** The expectation with the unit that the key's name carries. */
export function withUnit(expected: string, key: string): string {
  if (!/^a (whole )?number$/.test(expected)) return expected;
  if (key.endsWith('Ms')) return `${expected} of milliseconds`;
  return key.endsWith('Bytes') ? `${expected} of bytes` : expected;
}

/** The value that was probably meant, as YAML. */
export function suggestValue(value: unknown, expected: string, key: string): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return /^(text|a letter|lower-case|a header value)\b/.test(expected)
      ? JSON.stringify(String(value))
      : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (expected.includes('number')) return suggestNumber(value.trim(), key);
  if (expected === 'true or false') return suggestBoolean(value);
  return undefined;
}

/** The nearest of the allowed values. */
export function suggestNearest(value: unknown, candidates: unknown[]): string | undefined {
  const words = candidates.filter((candidate) => typeof candidate === 'string');
  return typeof value === 'string' ? nearest(value, words) : undefined;
}

function suggestBoolean(value: string): string | undefined {
  if (/^(yes|on|true|y)$/i.test(value)) return 'true';
  return /^(no|off|false|n)$/i.test(value) ? 'false' : undefined;
}

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const unitBytes: Record<string, number> = { b: 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 };

function suggestNumber(value: string, key: string): string | undefined {
  const match = /^(\d[\d_,']*(?:\.\d+)?)\s*([a-z]*)$/i.exec(value);
  if (match === null) return undefined;
  const amount = Number((match[1] ?? '').replace(/[_,']/g, ''));
  const unit = (match[2] ?? '').toLowerCase();
  const factor = unit === '' ? 1 : unitOf(unit, key);
  const result = factor === undefined ? Number.NaN : Math.round(amount * factor);
  return Number.isSafeInteger(result) ? String(result) : undefined;
}

function unitOf(unit: string, key: string): number | undefined {
  if (key.endsWith('Bytes')) return /^[kmg]?i?b?$|^bytes?$/.test(unit) ? unitBytes[unit[0] ?? ''] : undefined;
  if (!key.endsWith('Ms')) return undefined;
  if (/^(ms|millis|milliseconds?)$/.test(unit)) return 1;
  return /^(s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)$/.test(unit)
    ? unitMs[unit[0] ?? '']
    : undefined;
}
