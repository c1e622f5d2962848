import { type Code, DropError, explainCode, RetryError } from '../errors.ts';

/** Codes of Node and undici that mean the same at every stage. */
const CODES: Record<string, Code> = {
  ENOTFOUND: 'DNS_FAILED',
  ENODATA: 'DNS_FAILED',
  ECONNREFUSED: 'CONNECT_FAILED',
  EHOSTUNREACH: 'CONNECT_FAILED',
  ENETUNREACH: 'CONNECT_FAILED',
  EADDRNOTAVAIL: 'CONNECT_FAILED',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'CONNECT_TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'CONNECT_TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'HEADERS_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'BODY_TIMEOUT',
  UND_ERR_HEADERS_OVERFLOW: 'RESPONSE_INVALID',
  UND_ERR_INVALID_ARG: 'REQUEST_INVALID',
  UND_ERR_NOT_SUPPORTED: 'REQUEST_INVALID',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'REQUEST_INVALID',
};

/** Families of codes. The X.509 ones are OpenSSL's names, listed under "X509 certificate error codes" in node:tls. */
const FAMILIES: [RegExp, Code][] = [
  [/^EAI_/, 'DNS_FAILED'],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO$)/, 'TLS_FAILED'],
  [/^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_|INVALID_(CA|PURPOSE)$)/, 'TLS_FAILED'],
  [/^(DEPTH_ZERO_|SELF_SIGNED_|PATH_LENGTH_|HOSTNAME_MISMATCH)/, 'TLS_FAILED'],
];

/** While connecting, these mean that there is no connection; later, that it was lost. */
const CODES_OF_CONNECTING: Record<string, Code> = { ETIMEDOUT: 'CONNECT_TIMEOUT' };
const OTHERWISE = { connecting: 'CONNECT_FAILED', answering: 'CONNECTION_LOST' } as const;

/**
 * Gives any error of Node or undici a code of the catalogue, found in its causes and, where several addresses were
 * tried, in each of them. An error that has a code of ours stays as it is. `detail` is added to the message.
 */
export function toFetchError(
  error: unknown,
  host: string,
  stage: keyof typeof OTHERWISE,
  detail?: string,
): RetryError | DropError {
  const chain = [...unfold(error)];
  const known = chain.find((link) => link instanceof RetryError || link instanceof DropError);
  if (known !== undefined) return known;
  const [code = OTHERWISE[stage]] = chain.flatMap((link) => codeOf(link, stage) ?? []);
  const description = detail === undefined ? messageOf(chain) : `${messageOf(chain)} (${detail})`;
  return makeFetchError(code, `${host}: ${description}`, { cause: error });
}

/** A `RetryError` or a `DropError`, as the catalogue says. */
export function makeFetchError(
  code: Code,
  message: string,
  options: { cause?: unknown; retryAt?: number } = {},
): RetryError | DropError {
  const isRetried = explainCode(code).consequence === 'retried';
  return isRetried ? new RetryError(code, message, options) : new DropError(code, message, options);
}

function codeOf(error: Error, stage: keyof typeof OTHERWISE): Code | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (isProtocolViolation(error, code)) return 'RESPONSE_INVALID';
  if (stage === 'connecting' && Object.hasOwn(CODES_OF_CONNECTING, code)) return CODES_OF_CONNECTING[code];
  if (Object.hasOwn(CODES, code)) return CODES[code];
  return FAMILIES.find(([family]) => family.test(code))?.[1];
}

/** undici distinguishes these from lost connections by name and message alone. */
function isProtocolViolation({ name, message }: Error, code: string): boolean {
  if (name === 'HTTPParserError') return !message.includes('Invalid EOF state');
  return code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)/.test(message);
}

/** The error, then the errors that it is made of, then its causes. Bounded, since causes may be circular. */
function* unfold(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 8) return;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* unfold(part, depth + 1);
  yield* unfold(error.cause, depth + 1);
}

/** Of OpenSSL's line (`40AD:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../file.c:918:…`) what happened. */
function plainReason(message: string): string {
  const [, reason = message] = /:error:[0-9A-F]{8}:[^:]*:[^:]*:([^:]+):/.exec(message) ?? [];
  return reason;
}

/** An AggregateError has no message of its own. */
function messageOf(chain: Error[]): string {
  const messages = chain.map(({ message }) => plainReason(message)).filter((message) => message !== '');
  return messages[0] === undefined ? 'unknown error' : messages.slice(0, 4).join('; ');
}
