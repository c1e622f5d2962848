import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';

export const sentReader: KindReader<'sent'> = { ...isFetched, read: () => ({ is: 'page' }) };
