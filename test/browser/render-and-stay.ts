import { makeRenderer } from '../../shared/browser/renderer.ts';
import { render, sandbox } from './chromium.ts';

/** A process that has a browser and says so, for tests that kill it. */
const { text } = await render(makeRenderer({ sandbox }), '<h1>read</h1>');
console.log(text.includes('read') ? 'ready' : text);
setInterval(() => undefined, 60_000);
