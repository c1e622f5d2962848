import { HaltError, SpinneretError } from '../../shared/errors.ts';

/** Names of errors that mean missing or refused credentials: those of the SDK, and those of each service. */
const credentialNames = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const deniedNames = /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|OptInRequired)/;

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

interface SdkError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * An error of the AWS SDK as one with a code and a remedy. Any other error is returned unchanged. The only
 * file that knows the services' own error names.
 */
export function translateAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SpinneretError) return error;
  const sdkError = error as SdkError;
  const halt = (code: ConstructorParameters<typeof HaltError>[0]) =>
    new HaltError(code, oneLine(sdkError), { cause: error });
  if (/^Region (is missing|not accepted)/.test(error.message)) return halt('AWS_REGION');
  if (credentialNames.has(error.name)) return halt('AWS_CREDENTIALS');
  if (sdkError.$metadata === undefined) return error;
  if (isNetwork(sdkError)) return halt('AWS_UNREACHABLE');
  if (deniedNames.test(error.name) || sdkError.$metadata.httpStatusCode === 403) return halt('AWS_DENIED');
  return halt('AWS_FAILED');
}

/** Attempts that failed for two addresses of one name come as an AggregateError. */
function isNetwork(error: SdkError): boolean {
  const codes = [error, ...(error instanceof AggregateError ? error.errors : [])].map(({ code }) => code);
  return codes.some((code) => networkCodes.has(code)) || error.name === 'TimeoutError';
}

function oneLine(error: SdkError): string {
  const inner = error instanceof AggregateError ? error.errors.map(({ message }) => message).join('; ') : '';
  const message = (error.message || inner || error.code || 'no message').replace(/\s+/g, ' ').trim();
  // The SDK's own names say no more than the code does; those of services can be looked up.
  const isOfService = error.$metadata?.httpStatusCode !== undefined;
  return isOfService ? `${error.name}: ${message}` : message;
}
