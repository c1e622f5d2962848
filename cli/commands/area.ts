import { HaltError } from '../../shared/errors.ts';
import { locateAreas } from '../../shared/sources/ahead.ts';
import type { LocatedArea } from '../../shared/sources/ahead-parts.ts';
import { formatNoun, formatUsd } from '../../shared/text/format.ts';
import { act, type CommonOptions, httpUrl, makeCommand } from '../command.ts';
import { exitCodes } from '../report-error.ts';

interface AreaOptions extends CommonOptions {
  keyEnv: string;
  language: string;
  region?: string;
  endpoint?: string;
}

export const areaCommand = makeCommand({
  name: 'area',
  description:
    'Asks Google where areas lie whose boundaries do not come with Spinneret: cities, quarters, postcodes. Prints them as boxes for `areas` of a job. Each name costs a request of Place Details Essentials, of which 10,000 a month are free; countries and their divisions cost none.',
  examples: [
    ['area "Chania, Greece"', 'the box of a city, for areas of a job'],
    ['area "10115, Berlin" "10117, Berlin" --region de', 'two postcodes'],
  ],
})
  .option('--key-env <name>', 'environment variable with the key of the Places API', 'GOOGLE_PLACES_KEY')
  .option('--language <tag>', 'of the names', 'en')
  .option('--region <code>', 'two letters: names mean what they mean there')
  .option('--endpoint <url>', 'of a stand-in or a gateway', httpUrl)
  .action(
    act<AreaOptions>(async (output, { keyEnv, language, region, endpoint }, ...names) => {
      const key = process.env[keyEnv] ?? '';
      if (key === '') throw new HaltError('ENV_MISSING', `${keyEnv} is not set: the key of the Places API`);
      const locate = await locateAreas();
      const { areas, priced, usdPerThousand } = await locate(names, { key, language, region, endpoint });
      const atMostUsd = (priced * usdPerThousand) / 1_000;
      output.data({ areas, priced, atMostUsd });
      const isComplete = areas.every(({ state }) => state === 'area' || state === 'named');
      if (areas.some(isUsable)) output.line('areas:');
      for (const area of areas.filter(isUsable)) output.line(`  - ${entryOf(area)}`);
      for (const area of areas) if (!isUsable(area)) output.note(whyNot(area));
      if (priced > 0)
        output.note(
          `${formatNoun(priced, 'priced request')}: ${formatUsd(atMostUsd)} at most; a box is what a map shows of the area, which may be more than it: see it with npx spinneret estimate FILE --output areas.svg`,
        );
      return isComplete ? exitCodes.done : exitCodes.failed;
    }),
  );

type UsableArea = Extract<LocatedArea, { state: 'area' | 'named' | 'business' }>;

function isUsable(area: LocatedArea): area is UsableArea {
  return area.state === 'area' || area.state === 'named';
}

/** As an entry of `areas`, in YAML, in which JSON may stand. */
function entryOf(area: UsableArea): string {
  if (area.state === 'named') return `${JSON.stringify(area.query)} # ${area.name}`;
  const { query, name, types, box } = area;
  const sides = Object.entries(box).map(([side, degrees]) => `${side}: ${degrees}`);
  return `{ name: ${JSON.stringify(query)}, box: { ${sides.join(', ')} } } # ${name} (${types[0] ?? ''})`;
}

function whyNot(area: LocatedArea): string {
  const query = JSON.stringify(area.query);
  return area.state === 'business'
    ? `${query} is no area to Google, but ${area.name} (${area.types.join(', ')}): write the country, too, or give a circle`
    : `Google knows nothing of the name ${query}`;
}
