import type { Field } from '../../job/schema.ts';
import type { Step } from '../../job/transforms.ts';

/** The fields with the time zone of their job, where dates are read and nothing nearer says one. */
export function withTimeZone(
  fields: Record<string, Field>,
  ofJob: string | undefined,
): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const timeZone = field.timeZone ?? ofJob;
      if (timeZone === undefined && field.fields === undefined) return [name, field];
      const inner = field.fields === undefined ? {} : { fields: withTimeZone(field.fields, timeZone) };
      const steps =
        field.transform === undefined || timeZone === undefined
          ? {}
          : { transform: field.transform.map((step) => inZone(step, timeZone)) };
      return [name, { ...field, ...inner, ...steps, ...(timeZone === undefined ? {} : { timeZone }) }];
    }),
  );
}

function inZone(step: Step, zone: string): Step {
  if (step === 'relativeDate') return { relativeDate: { zone } };
  if (typeof step === 'string') return step;
  const { date, relativeDate } = step;
  if (date !== undefined) return { date: { ...date, zone: date.zone ?? zone } };
  return relativeDate === undefined
    ? step
    : { relativeDate: { ...relativeDate, zone: relativeDate.zone ?? zone } };
}
