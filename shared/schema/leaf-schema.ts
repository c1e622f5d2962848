import { z } from 'zod';
import {
  checkDate,
  checkHeaderName,
  checkHeaderValue,
  checkHost,
  checkHttpUrl,
  checkJsonPath,
  checkLanguageTag,
  checkPattern,
  checkSchedule,
  checkSelector,
  checkTimeZone,
} from './check-syntax.ts';
import { checkProxy, checkProxyOfSession } from './proxy-address.ts';
import { isMeantAsS3, parseS3Address, s3AddressForm } from './s3-address.ts';

/** The small values of which a job is made. */

const dayMs = 86_400_000;

export const milliseconds = z.int().min(0).max(dayMs);
/** For timeouts. 0 is not allowed, since it means "none" to some and "at once" to others. */
export const timeoutMs = z.int().min(1).max(dayMs);
export const httpUrl = z.string('an absolute http or https URL').max(8_192).superRefine(checkHttpUrl);
export const label = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, "-" or "_", 64 at most');
export const sessionName = label.describe('The session of these requests, or none. Default: the only one.');
export const selector = z.string('a CSS selector').min(1).max(2_048).superRefine(checkSelector);
/** A path into JSON. */
export const jsonPath = z.string().min(1).max(1_024).superRefine(checkJsonPath);
export const relativeFile = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), 'a file path');
/** A file of the job's folder, or an object of S3. */
export const fileOrObject = relativeFile.refine(
  (path) => !isMeantAsS3(path) || parseS3Address(path) !== undefined,
  `a file path, or ${s3AddressForm}`,
);
export const proxy = z.string('a proxy').min(1).max(8_192).superRefine(checkProxy);
export const proxyOfSession = z.string('a proxy').min(1).max(8_192).superRefine(checkProxyOfSession);
export const scheduleExpression = z
  .string('cron(0 6 * * ? *) with six fields, or rate(1 day)')
  .max(256)
  .superRefine(checkSchedule);
export const timeZone = z.string('a time zone such as Europe/Berlin').max(64).superRefine(checkTimeZone);
const status = z.int().min(100).max(599);
/** Statuses of answers: a list, or one. */
export const statuses = z
  .union([status, z.array(status).min(1)])
  .transform((value): number[] => [value].flat());
export const languageTag = z.string().superRefine(checkLanguageTag);
export const date = z.string().superRefine(checkDate);
export const headers = z.record(
  z.string().superRefine(checkHeaderName),
  z.string().max(8_192).superRefine(checkHeaderValue),
);

/** A list, which may be written without brackets when it has one entry. */
export function oneOrMany<Text extends z.ZodType<string, string>>(entry: Text) {
  return z
    .union([entry, z.array(entry).min(1)])
    .transform((value): string[] => (typeof value === 'string' ? [value] : value));
}

export const patterns = oneOrMany(z.string('a URL pattern').min(1).max(2_048).superRefine(checkPattern));
export const hosts = oneOrMany(z.string().toLowerCase().superRefine(checkHost));
