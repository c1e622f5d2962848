import { isObject, readList, readNumber, readObject, readText } from './read-values.ts';

/** Why the Places API gave no result. `message` is for people, and says what to do. */
export type Failure =
  /** Too many requests within a minute; asking again after `retryAfterMs` may work. */
  | { state: 'quotaMinute'; retryAfterMs: number }
  /** The day's requests are used up. */
  | { state: 'quotaDay'; message: string }
  /** No request with this key will be answered. `code`: the API's reason, such as API_KEY_INVALID. */
  | { state: 'denied'; code: string; message: string }
  /** The API does not understand the request: repeating it is pointless. */
  | { state: 'invalid'; message: string }
  /** A temporary fault of the API itself. */
  | { state: 'busy'; message: string }
  /** An answer that does not match the documentation of the Places API. */
  | { state: 'changed'; message: string };

/** An error as the API reports it: `google.rpc.Status`. */
export interface ApiError {
  /** HTTP status. */
  status: number;
  /** Of google.rpc.Code, such as PERMISSION_DENIED. */
  code: string;
  /** What is wrong with which argument included. */
  message: string;
  details: Record<string, unknown>[];
}

/** A quota per minute is renewed with the next minute. */
const quotaMinuteMs = 60_000;

const forWebSites =
  'The key is for web sites or apps: use one without that restriction, or bound to IP addresses.';

/** What to do, by google.api.ErrorReason. */
const remedies = new Map([
  ['API_KEY_INVALID', 'Check the key, and the environment variable it comes from.'],
  ['API_KEY_SERVICE_BLOCKED', 'Allow Places API (New) in the restrictions of the key.'],
  ['API_KEY_HTTP_REFERRER_BLOCKED', forWebSites],
  ['API_KEY_ANDROID_APP_BLOCKED', forWebSites],
  ['API_KEY_IOS_APP_BLOCKED', forWebSites],
  ['API_KEY_IP_ADDRESS_BLOCKED', 'Add the address of this machine to the IP restrictions of the key.'],
  ['SERVICE_DISABLED', 'Enable Places API (New) in the Google Cloud project of the key.'],
  ['BILLING_DISABLED', 'Link an open billing account to the Google Cloud project of the key.'],
  ['CONSUMER_INVALID', 'The Google Cloud project of the key is gone: use a key of another one.'],
  ['CONSUMER_SUSPENDED', 'Google has suspended the project of the key: see its console.'],
]);

/** `answer`: the body as JSON, or `undefined` when it is none. */
export function readFailure(
  status: number,
  headers: Readonly<Record<string, string>>,
  answer: unknown,
): Failure {
  const error = readApiError(status, answer);
  const quota = readQuota(error, headers);
  if (quota !== undefined) return quota;
  const denial = readDenial(error);
  if (denial !== undefined) return denial;
  if (error.status >= 500 || error.status === 408) return { state: 'busy', message: said(error) };
  if (!hasError(answer)) {
    return { state: 'changed', message: `HTTP ${status} without the error object of the Places API.` };
  }
  return { state: 'invalid', message: said(error) };
}

export function hasError(answer: unknown): boolean {
  return isObject(answer) && isObject(answer['error']);
}

export function readApiError(status: number, answer: unknown): ApiError {
  const error = readObject(readObject(answer)['error']);
  const details = readList(error['details']).filter(isObject);
  const violations = details.flatMap(({ fieldViolations }) => readList(fieldViolations));
  const reports = violations.map((violation) => readText(readObject(violation)['description']));
  const sentences = [readText(error['message']), ...reports].filter((sentence) => sentence !== undefined);
  return {
    status: readNumber(error['code']) ?? status,
    code: readText(error['status']) ?? '',
    message: sentences.join(' '),
    details,
  };
}

function readQuota(error: ApiError, headers: Readonly<Record<string, string>>): Failure | undefined {
  const reason = reasonOf(error);
  const isUsedUp =
    error.status === 429 ||
    error.code === 'RESOURCE_EXHAUSTED' ||
    reason === 'RATE_LIMIT_EXCEEDED' ||
    reason === 'RESOURCE_QUOTA_EXCEEDED';
  if (!isUsedUp) return undefined;
  const limit = readObject(infoOf(error)['metadata']);
  if (limit['quota_limit_value'] === '0') {
    const message = `${said(error)} The limit is set to 0: raise it in the console.`;
    return { state: 'denied', code: reason ?? error.code, message };
  }
  if (reason === 'RESOURCE_QUOTA_EXCEEDED' || isByDay(error, limit)) {
    const message = `${said(error)} It starts anew at midnight, Pacific time; the limit is set in the console.`;
    return { state: 'quotaDay', message };
  }
  return { state: 'quotaMinute', retryAfterMs: askedDelayMs(error, headers) ?? quotaMinuteMs };
}

/** Seen: `quota_unit` 1/d/{project}, `quota_limit` SearchTextRequestPerDayPerProject, and in the message "per day". */
function isByDay(error: ApiError, limit: Record<string, unknown>): boolean {
  const texts = [limit['quota_limit'], error.message].map((text) => readText(text) ?? '');
  return /^1\/d\b/.test(readText(limit['quota_unit']) ?? '') || texts.some((text) => /per ?day/i.test(text));
}

/** The delay of Retry-After in seconds, or of `google.rpc.RetryInfo`. */
function askedDelayMs(error: ApiError, headers: Readonly<Record<string, string>>): number | undefined {
  const delays = error.details.map((detail) => readText(detail['retryDelay']));
  const seconds = [headers['retry-after'], ...delays].map(
    (text) => /^(\d+(?:\.\d+)?)s?$/.exec(text ?? '')?.[1],
  );
  const asked = seconds.find((text) => text !== undefined);
  return asked === undefined ? undefined : Math.ceil(Number(asked) * 1_000);
}

function readDenial(error: ApiError): Failure | undefined {
  const reason = reasonOf(error) ?? '';
  const remedy = remedies.get(reason);
  const isDenied =
    remedy !== undefined ||
    [401, 403].includes(error.status) ||
    ['PERMISSION_DENIED', 'UNAUTHENTICATED'].includes(error.code);
  if (!isDenied) return undefined;
  const message = `${said(error)} ${remedy ?? 'Check the key, its restrictions and its project.'}`;
  return { state: 'denied', code: reason || error.code || `HTTP_${error.status}`, message };
}

function infoOf(error: ApiError): Record<string, unknown> {
  return error.details.find((detail) => readText(detail['reason']) !== undefined) ?? {};
}

function reasonOf(error: ApiError): string | undefined {
  return readText(infoOf(error)['reason']);
}

function said({ message, status, code }: ApiError): string {
  const words = message.replace(/\s+/g, ' ').slice(0, 300);
  return words || `HTTP ${status}${code && ` ${code}`}.`;
}
