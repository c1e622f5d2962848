// Placeholders for values of an account. Apart from the schema, which workers do not load.

/** The names in `${account:NAME}`, wherever they stand in a value. */
export function accountNames(value: unknown): string[] {
  const found = JSON.stringify(value ?? null).matchAll(/\$\{account:([^{}]*)\}/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}

/** The name, if the text is one such placeholder and nothing else. */
export function wholeAccountValue(text: string): string | undefined {
  return /^\s*\$\{account:([^{}]*)\}\s*$/.exec(text)?.[1];
}

/** The text with the values that an account has in the job. */
export function fillAccountValues(text: string, account: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{account:([^{}]*)\}/g, (whole, name: string) => account[name] ?? whole);
}
