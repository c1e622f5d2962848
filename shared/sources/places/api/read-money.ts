import { readObject, readText } from './read-values.ts';

/** `google.type.Money`: whole units as text, absent when 0; and billionths. */
export function readMoney(value: unknown): { currency: string; amount: number } | undefined {
  const { currencyCode, units, nanos } = readObject(value);
  const currency = readText(currencyCode);
  const amount = Number(units ?? 0) + Number(nanos ?? 0) / 1e9;
  return currency !== undefined && /^[A-Z]{3}$/.test(currency) && amount >= 0 && Number.isFinite(amount)
    ? { currency, amount }
    : undefined;
}
