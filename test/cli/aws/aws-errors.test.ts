import { describe, expect, it } from 'vitest';
import { translateAwsError } from '../../../cli/aws/aws-errors.ts';
import { HaltError } from '../../../shared/errors.ts';

/** As the SDK makes them: a name, a message, and what came of the call. */
function sdkError(error: Error, more: { name?: string; code?: string; $metadata?: object }): Error {
  return Object.assign(error, more);
}
const answered = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });
const unanswered = { $metadata: { attempts: 3 } };

describe('translateAwsError', () => {
  it.each<[what: string, error: Error, code: string, message: string]>([
    ['a missing region', new Error('Region is missing'), 'AWS_REGION', 'Region is missing'],
    [
      'a region that is none',
      new Error('Region not accepted: region="moon" is not a valid hostname component.'),
      'AWS_REGION',
      'Region not accepted: region="moon" is not a valid hostname component.',
    ],
    [
      'no credentials',
      sdkError(new Error('Could not load\n  credentials'), { name: 'CredentialsProviderError' }),
      'AWS_CREDENTIALS',
      'Could not load credentials',
    ],
    [
      'a token that a service refuses',
      sdkError(new Error('It is expired.'), { name: 'ExpiredToken', ...answered(403) }),
      'AWS_CREDENTIALS',
      'ExpiredToken: It is expired.',
    ],
    [
      'no network',
      sdkError(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', ...unanswered }),
      'AWS_UNREACHABLE',
      'connect ECONNREFUSED',
    ],
    [
      'no network at any of the addresses of a name',
      sdkError(
        new AggregateError([
          Object.assign(new Error('connect 1'), { code: 'ENETUNREACH' }),
          Object.assign(new Error('connect 2'), { code: 'ETIMEDOUT' }),
        ]),
        unanswered,
      ),
      'AWS_UNREACHABLE',
      'connect 1; connect 2',
    ],
    [
      'an error that has a code alone',
      sdkError(new Error(''), { code: 'EPIPE', ...unanswered }),
      'AWS_UNREACHABLE',
      'EPIPE',
    ],
    [
      'a service that takes too long',
      sdkError(new Error('It timed out.'), { name: 'TimeoutError', ...unanswered }),
      'AWS_UNREACHABLE',
      'It timed out.',
    ],
    [
      'a right that is lacking',
      sdkError(new Error('User is not authorized'), { name: 'AccessDeniedException', ...answered(400) }),
      'AWS_DENIED',
      'AccessDeniedException: User is not authorized',
    ],
    [
      'any other refusal with 403',
      sdkError(new Error('No.'), { name: 'Odd', ...answered(403) }),
      'AWS_DENIED',
      'Odd: No.',
    ],
    [
      'whatever else a service says, were it nothing',
      sdkError(new Error(' '), { name: 'InternalFailure', ...answered(500) }),
      'AWS_FAILED',
      'InternalFailure: ',
    ],
    [
      'an error without any words',
      sdkError(new Error(''), { name: 'InternalFailure', ...answered(500) }),
      'AWS_FAILED',
      'InternalFailure: no message',
    ],
  ])('gives %s a code', (_, error, code, message) => {
    const translated = translateAwsError(error);
    expect(translated).toBeInstanceOf(HaltError);
    expect(translated).toMatchObject({ code, message, cause: error });
  });

  it.each([
    ['a fault of the code', new TypeError('x is undefined')],
    ['an error that has a code', new HaltError('RUN_UNKNOWN', 'Region is missing')],
    ['what is no error', 'ExpiredToken'],
  ])('leaves %s as it is', (_, error) => {
    expect(translateAwsError(error)).toBe(error);
  });
});
