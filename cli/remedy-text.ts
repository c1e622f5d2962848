/**
 * What to do, as the error catalogue says it, without the advice to call the command that is being called:
 * whoever reads it has just done so. `''` where nothing else was advised.
 */
export function remedyWithin(command: string, remedy: string): string {
  const parts = remedy.split(/(?<=[.;:])\s+/u);
  const own = new RegExp(`\\bspinneret ${command}\\b`);
  if (!parts.some((part) => own.test(part))) return remedy;
  const kept = parts.filter((part) => !own.test(part)).join(' ');
  const text = kept.replace(/[;:]$/u, '.').trim();
  return text === '' ? '' : text.charAt(0).toUpperCase() + text.slice(1);
}
