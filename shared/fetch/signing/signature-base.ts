import {
  isInnerList,
  type Parameters,
  parseDictionary,
  parseItem,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
  serializeParameters,
} from 'structured-headers';
import { DropError } from '../../errors.ts';
import { queryParameter } from './query-parameter.ts';

/** A request as it goes out. */
export interface RequestToSign {
  method: string;
  url: URL;
  /** `URL.pathname` and `search` as they are sent: a bare `?` included. */
  path: string;
  /** Every field line, names in lower case. */
  fields: readonly (readonly [name: string, value: string])[];
}

/** A component of a request that a signature covers (RFC 9421 §2). */
export interface Component {
  name: string;
  parameters: Parameters;
  /** As the signature names it. */
  identifier: string;
}

/** What a signature says of itself (RFC 9421 §2.3), in this order. */
export type SignatureParameters = Map<
  'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag',
  string | number
>;

/** Reads a component as jobs and the RFC's text write it, without the quotes of its name: `@query-param;name="q"`. */
export function readComponent(text: string): Component {
  const end = text.indexOf(';');
  const name = (end === -1 ? text : text.slice(0, end)).toLowerCase();
  const [, parameters] = parseItem(`"${name}"${end === -1 ? '' : text.slice(end)}`);
  return { name, parameters, identifier: serializeItem(name, parameters) };
}

/** The value of `@signature-params`, which is also that of the signature's member of `Signature-Input`. */
export function signatureInput(components: readonly Component[], parameters: SignatureParameters): string {
  return `(${components.map(({ identifier }) => identifier).join(' ')})${serializeParameters(parameters)}`;
}

/**
 * The signature base of a request (RFC 9421 §2.5). Throws `DropError` SIGNATURE_INCOMPLETE where a component is not in
 * the request, or has no value that the RFC allows.
 */
export function signatureBase(
  request: RequestToSign,
  components: readonly Component[],
  input: string,
): string {
  const identifiers = components.map(({ identifier }) => identifier);
  const twice = identifiers.find((identifier, index) => identifiers.indexOf(identifier) !== index);
  if (twice !== undefined) throw incomplete(twice, 'is named twice');
  const lines = components.map(
    (component) => `${component.identifier}: ${componentValue(component, request)}`,
  );
  return [...lines, `"@signature-params": ${input}`].join('\n');
}

function componentValue(component: Component, request: RequestToSign): string {
  const { name, identifier } = component;
  let value: string;
  try {
    value = name.startsWith('@') ? derivedValue(component, request) : fieldValue(component, request);
  } catch (error) {
    if (error instanceof DropError) throw error;
    throw incomplete(identifier, `is no structured field: ${error instanceof Error ? error.message : error}`);
  }
  if (!/^[\t -~]*$/.test(value)) throw incomplete(identifier, 'has a value that is not ASCII');
  return value;
}

function derivedValue({ name, parameters, identifier }: Component, request: RequestToSign): string {
  const { method, url, path } = request;
  if (name === '@query-param') {
    const found = queryParameter(url, parameters.get('name'));
    if (typeof found === 'string') return found;
    throw incomplete(
      identifier,
      found.count === 0 ? 'is not in the query' : 'is in the query more than once',
    );
  }
  if (parameters.size > 0) throw incomplete(identifier, 'takes no such parameter');
  const queryAt = path.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@target-uri':
      // Without the user and password that a URL may hold: they are no part of the request's target.
      return `${url.protocol}//${url.host}${path}`;
    case '@authority':
      return url.host;
    case '@scheme':
      return url.protocol.slice(0, -1);
    case '@request-target':
      return path;
    case '@path':
      return queryAt === -1 ? path : path.slice(0, queryAt);
    case '@query':
      return queryAt === -1 ? '?' : path.slice(queryAt);
    default:
      throw incomplete(identifier, 'is no component of a request');
  }
}

/** Fields whose type is known, as `sf` demands (RFC 9421 §2.1.1): all are dictionaries. */
const dictionaries: ReadonlySet<string> = new Set([
  'content-digest',
  'repr-digest',
  'want-content-digest',
  'want-repr-digest',
  'priority',
  'signature',
  'signature-agent',
  'signature-input',
]);

function fieldValue(component: Component, { fields }: RequestToSign): string {
  const { name, parameters, identifier } = component;
  const values = fields.filter(([field]) => field === name).map(([, value]) => canonical(value));
  if (values.length === 0) throw incomplete(identifier, 'is not sent with this request');
  const [[kind, wanted] = [undefined, undefined], ...others] = parameters;
  if (others.length > 0) throw incomplete(identifier, 'has parameters that exclude each other');
  const combined = values.join(', ');
  switch (kind) {
    case undefined:
      return combined;
    case 'bs':
      return serializeList(values.map((value) => [Buffer.from(value, 'latin1'), new Map()]));
    case 'sf':
      if (!dictionaries.has(name)) throw incomplete(identifier, 'is not known to be a structured field');
      return exact(serializeDictionary(parseDictionary(combined)), component, combined);
    case 'key': {
      const member = parseDictionary(combined).get(String(wanted));
      if (member === undefined) throw incomplete(identifier, 'is not in the field');
      return exact(
        isInnerList(member) ? serializeInnerList(member) : serializeItem(member),
        component,
        combined,
      );
    }
    default:
      throw incomplete(identifier, 'takes no such parameter');
  }
}

/** The library writes a decimal such as 1.0 as an integer, and RFC 9651 §4.1.5 as it was. */
function exact(value: string, { identifier }: Component, field: string): string {
  if (!/\d\.0+(?!\d)/.test(field)) return value;
  throw incomplete(identifier, 'has a decimal without a fraction, which cannot be written exactly');
}

/** Without whitespace around it, and with obsolete line folding as one space (RFC 9421 §2.1). */
function canonical(value: string): string {
  return value.replace(/[ \t]*\r?\n[ \t]+/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '');
}

function incomplete(identifier: string, why: string): DropError {
  return new DropError('SIGNATURE_INCOMPLETE', `politeness.sign.components: ${identifier} ${why}`);
}
