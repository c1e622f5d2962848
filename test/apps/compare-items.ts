/** Fields that have a value, also in objects within, without those that the run adds. */
export function withoutNothing(item: Record<string, unknown>): Record<string, unknown> {
  const fields = Object.entries(item).flatMap(([name, value]) => {
    const own = isObject(value) ? withoutNothing(value) : value;
    return isNothing(own) || name.startsWith('_') ? [] : [[name, own] as const];
  });
  return Object.fromEntries(fields.sort());
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whatever the order of their keys. */
export function byText(one: object, other: object): number {
  const [a, b] = [one, other].map((item) => JSON.stringify(Object.entries(item).sort()));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
