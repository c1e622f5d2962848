/** A token is not used in the last part of its life: a request that is under way when it ends would be answered without it. */
const marginShare = 0.1;
const maxMarginMs = 10_000;
/** Its times are mostly whole seconds, rounded down: of a life of two seconds only one may be left. */
const roundingMs = 1_000;

/**
 * Epoch ms until which a JSON Web Token is used (RFC 7519 §4.1.4, `exp`), by this machine's clock: its life is counted from
 * the moment at which it came, since the clocks differ. `undefined` for other tokens.
 */
export function tokenExpiry(token: string, receivedAt: number): number | undefined {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const { exp, iat } = (claims ?? {}) as { exp?: unknown; iat?: unknown };
  if (typeof exp !== 'number') return undefined;
  const leftMs = typeof iat === 'number' ? (exp - iat) * 1_000 - roundingMs : exp * 1_000 - receivedAt;
  const lifeMs = Math.max(0, leftMs);
  return receivedAt + lifeMs - Math.min(maxMarginMs, lifeMs * marginShare);
}
