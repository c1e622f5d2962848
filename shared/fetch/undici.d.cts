export { Client } from 'undici';
export const kConnecting: unique symbol;
export const kHTTP2Session: unique symbol;
export const kParser: unique symbol;
export const kSocket: unique symbol;
