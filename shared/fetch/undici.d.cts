export { buildConnector, Pool } from 'undici';
export const kHTTP2Session: unique symbol;
export const kParser: unique symbol;
export const kSocket: unique symbol;
