/**
 * The parameter `pb` of Google Maps: a protocol buffer as text. Each token is `!<field><type><value>`; a
 * message is `!<field>m<N>`, where N counts all tokens below it, not only its own fields. Strings write
 * `!` as `*21` and `*` as `*2A`.
 */
export type PbToken = PbValue | PbMessage;

export interface PbValue {
  field: number;
  /** A letter, such as s for text, i and j for integers, d and f for fractions, b for 0 or 1, e for one of several. */
  type: string;
  /** As in the text, but for the two escapes. */
  value: string;
}

export interface PbMessage {
  field: number;
  tokens: PbToken[];
}

export function writePb(tokens: readonly PbToken[]): string {
  return tokens
    .map((token) =>
      'tokens' in token
        ? `!${token.field}m${countTokens(token.tokens)}${writePb(token.tokens)}`
        : `!${token.field}${token.type}${escapeValue(token.value)}`,
    )
    .join('');
}

function countTokens(tokens: readonly PbToken[]): number {
  return tokens.reduce((sum, token) => sum + 1 + ('tokens' in token ? countTokens(token.tokens) : 0), 0);
}

function escapeValue(value: string): string {
  return value.replaceAll('*', '*2A').replaceAll('!', '*21');
}
