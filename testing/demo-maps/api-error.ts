import { type Answer, answerJson } from './answer.ts';

const service = 'places.googleapis.com';

/** An answer of the API that is not a result. Thrown by the readers of requests, caught by `api.ts`. */
export class ApiError extends Error {
  readonly answer: Answer;
  constructor(answer: Answer, message: string) {
    super(message);
    this.answer = answer;
  }
}

/** 400 with a violation of a field, as google.rpc.BadRequest says it. */
export function badRequest(message: string, field?: string): ApiError {
  const fieldViolations = [{ ...(field === undefined ? {} : { field }), description: message }];
  const detail = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
  return fail(400, 'INVALID_ARGUMENT', message, field === undefined ? [] : [detail]);
}

export function notFound(message: string): ApiError {
  return fail(404, 'NOT_FOUND', message, []);
}

/** A key that may not do this; the reason is one of google.api.ErrorReason. */
export function refuseKey(reason: string): ApiError {
  if (reason === 'API_KEY_INVALID') {
    const message = 'API key not valid. Please pass a valid API key.';
    return fail(400, 'INVALID_ARGUMENT', message, [explain(reason, { service })]);
  }
  const message: Record<string, string> = {
    API_KEY_SERVICE_BLOCKED: 'Requests to this API places.googleapis.com method are blocked.',
    SERVICE_DISABLED: 'Places API (New) has not been used in project 1 before or it is disabled.',
    BILLING_DISABLED: 'This API method requires billing to be enabled.',
  };
  const metadata = { service, consumer: 'projects/1' };
  return fail(403, 'PERMISSION_DENIED', message[reason] ?? reason, [explain(reason, metadata)]);
}

export function missKey(): ApiError {
  const message =
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
  return fail(403, 'PERMISSION_DENIED', message, []);
}

/** 429. Google says the same for a minute and for a day, but for the metadata. */
export function exhaust(metric: string, unit: 'minute' | 'day', limit: number): ApiError {
  const message = `Quota exceeded for quota metric '${metric}' and limit '${metric} per ${unit}' of service '${service}' for consumer 'project_number:1'.`;
  const metadata = {
    service,
    consumer: 'projects/1',
    quota_metric: `${service}/${metric}`,
    quota_limit: `${metric}Per${unit === 'day' ? 'Day' : 'Minute'}PerProject`,
    quota_limit_value: String(limit),
    quota_unit: `1/${unit === 'day' ? 'd' : 'min'}/{project}`,
    quota_location: 'global',
  };
  return fail(429, 'RESOURCE_EXHAUSTED', message, [explain('RATE_LIMIT_EXCEEDED', metadata)]);
}

function fail(code: number, status: string, message: string, details: object[]): ApiError {
  const error = { code, message, status, ...(details.length === 0 ? {} : { details }) };
  return new ApiError(answerJson(code, { error }), message);
}

function explain(reason: string, metadata: Record<string, string>): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
}
