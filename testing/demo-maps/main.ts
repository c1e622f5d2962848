import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { makeCity } from './city.ts';
import { writeDemoJob } from './demo-job.ts';
import { startMaps } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    places: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    source: { type: 'string', default: 'google-places' },
  },
});

const city = makeCity({ count: Number(values.places), seed: Number(values.seed) });
const source = values.source === 'google-maps' ? 'google-maps' : 'google-places';
const maps = await startMaps({
  city,
  port: Number(values.port),
  siteHosts: 20,
  // Google forbids robots its listing; those who try it here need not tell their job to ignore that.
  robots: source === 'google-maps' ? 'open' : 'google',
});

console.log(`# A stand-in for Google Maps is at ${maps.url}, with ${city.places.length} places of a city that
# does not exist. Nothing leaves this machine. Save what follows as demo-maps.yaml; then, in another terminal:
#
#   export GOOGLE_PLACES_KEY=demo-key
#   npx spinneret estimate demo-maps.yaml
#   npx spinneret run demo-maps.yaml
#
# Ctrl-C here closes the stand-in.
`);
console.log(writeDemoJob({ url: maps.url, source }));
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
console.error('billed:', JSON.stringify(maps.billed()), 'answered:', JSON.stringify(maps.requests()));
await maps.close();
