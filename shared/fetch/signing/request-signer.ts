import { createHash, randomBytes } from 'node:crypto';
import { serializeDictionary, serializeItem } from 'structured-headers';
import type { SigningSettings } from '../../job/signing-schema.ts';
import {
  type Component,
  type RequestToSign,
  readComponent,
  type SignatureParameters,
  signatureBase,
  signatureInput,
} from './signature-base.ts';
import { keyInvalid, readSigningKey } from './signing-key.ts';

/** A request with the fields that sign it. */
export interface SignedRequest {
  /** The fields to be sent besides, names in lower case. */
  headers: Record<string, string>;
  /** What was signed: nothing secret. */
  base: string;
}

/**
 * Signs one request, as it is about to be sent: each attempt has a time and a nonce of its own. Throws `DropError`
 * SIGNATURE_INCOMPLETE where a component of the job is not in the request.
 */
export type RequestSigner = (request: RequestToSign & { body: string | undefined }) => SignedRequest;

export interface SignerOptions {
  /** Epoch ms. */
  now(): number;
  /** @default 32 random bytes in Base64 */
  nonce?: () => string;
}

/** How long a signature is valid: long enough for clocks that differ, and far less than the 24 hours that Web Bot Auth allows. */
const validForSeconds = 300;

/** The name of our signature, and of its member of Signature-Agent: the draft wants them equal. */
const signatureLabel = 'sig1';

/** Without a choice of the job: the request, but not its query, which proxies and caches may write anew. */
const defaultComponents = ['@method', '@authority', '@path', 'content-digest'];

/** Keys that RFC 9421 prints: anybody can sign with them, and verifiers refuse them. */
const publishedKeys: ReadonlySet<string> = new Set(['poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U']);

/**
 * Signs requests with the job's key: HTTP Message Signatures (RFC 9421) and, where the job names an `agent`, Web Bot Auth
 * (draft-ietf-webbotauth-httpsig-protocol-01). `settings.key`: resolved. Throws `HaltError` SIGNING_KEY_INVALID.
 */
export function makeSigner(
  settings: SigningSettings,
  { now, nonce = randomNonce }: SignerOptions,
): RequestSigner {
  const { agent, components: names = defaultComponents } = settings;
  const key = readSigningKey(settings.key, settings.algorithm);
  const keyId = settings.keyId ?? key.thumbprint;
  if (keyId === undefined)
    throw keyInvalid('an RSA key that is not bound to RSASSA-PSS was expected, or keyId beside it');
  if (publishedKeys.has(keyId))
    throw keyInvalid('a key of your own was expected, found one that RFC 9421 prints');
  const tag = agent === undefined ? settings.tag : 'web-bot-auth';
  const components = names.map(readComponent);
  if (agent !== undefined) components.push(readComponent(`signature-agent;key="${signatureLabel}"`));
  const agentField = agent === undefined ? undefined : `${signatureLabel}=${serializeItem(agent)}`;
  return (request) => {
    const { body } = request;
    const created = Math.floor(now() / 1_000);
    const added: Record<string, string> = {};
    if (agentField !== undefined) added['signature-agent'] = agentField;
    const covered = components.filter(({ name }) => body !== undefined || !name.startsWith('content-'));
    if (body !== undefined && isDigestMissing(covered, request)) added['content-digest'] = digestOf(body);
    const parameters: SignatureParameters = new Map<'created', string | number>([['created', created]]);
    parameters.set('expires', created + validForSeconds);
    parameters.set('nonce', nonce());
    parameters.set('alg', key.algorithm);
    parameters.set('keyid', keyId);
    if (tag !== undefined) parameters.set('tag', tag);
    const input = signatureInput(covered, parameters);
    const fields = [...request.fields, ...Object.entries(added)];
    const base = signatureBase({ ...request, fields }, covered, input);
    const signature = serializeDictionary(new Map([[signatureLabel, [key.sign(base), new Map()]]]));
    return { base, headers: { ...added, 'signature-input': `${signatureLabel}=${input}`, signature } };
  };
}

function isDigestMissing(covered: Component[], { fields }: RequestToSign): boolean {
  const name = 'content-digest';
  return covered.some((component) => component.name === name) && !fields.some(([field]) => field === name);
}

/** RFC 9530. */
function digestOf(body: string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function randomNonce(): string {
  return randomBytes(32).toString('base64');
}
