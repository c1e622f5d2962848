import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../shared/extract/values/parse-quantity.ts';
import { fieldsWith } from '../compile-job.ts';

describe('parseQuantity', () => {
  it.each<[string, number | string, string | null]>([
    ['1,351.5 m', 1351.5, 'm'],
    ['90 t', 90, 't'],
    ['12 kg', 12, 'kg'],
    ['8 %', 8, '%'],
    ['45 m²', 45, 'm²'],
    ['-3.5 °C', -3.5, '°C'],
    ['42', 42, null],
    ['8,848.86 m (29,031.7 ft)', 8848.86, 'm'],
    ['8,848.86 m (29,031.7 ft)[1][note 2]', 8848.86, 'm'],
    ['603.7 km (375.1 mi; 326.0 nmi)', 603.7, 'km'],
    ['3.2 km (≈ 2.0 mi)', 3.2, 'km'],
    ['12.5 km2', 12.5, 'km2'],
    ['1,234.5 km2 (476.6 sq mi)[a]', 1234.5, 'km2'],
    ['30 m3', 30, 'm3'],
    ['5 kg/m³', 5, 'kg/m³'],
    ['5 mg/dL', 5, 'mg/dL'],
    ['5 USD/kg', 5, null],
    ['5 EUR *', 5, null],
  ])('reads %s', (text, value, unit) => {
    expect(parseQuantity(text)).toEqual({ value, unit });
  });

  it.each([
    ['two units', '5 ft 3 in'],
    ['a range', '3–5 km'],
    ['a year in brackets', '1,351.5 m (2019)'],
    ['a place in brackets', '1,351.5 m (north peak)'],
    ['a unit that is not known', '5 parsnips'],
    ['no number', 'about a mile'],
    ['a number that may be two', '1,351 m'],
    ['what may scale it', '5 M'],
    ['a unit that goes on', '5 kWh/Jahr'],
    ['a unit with a word', '12 kg net'],
  ])('does not read %s', (_what, text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('reads the same number with type: number, and the same unit with the step, as with type: quantity', async () => {
    const body = `<table lang=en><tr><th>Elevation<td>1,351 m (4,432 ft)<sup>[1]</sup>
      <tr><th>Area<td>2,929 km<sup>2</sup> (1,131 sq mi)<tr><th>Rent<td>12.50 €/m<sup>2</sup><tr><th>Sold<td>3 [sold out]</table>`;
    const of = (label: string) => ({
      [label]: { label, type: 'number' },
      [`${label}Unit`]: { label, transform: ['unit'] },
    });
    expect(
      await fieldsWith({ ...of('Elevation'), ...of('Area'), ...of('Rent'), ...of('Sold') }, body),
    ).toEqual({
      Elevation: 1351,
      ElevationUnit: 'm',
      Area: 2929,
      AreaUnit: 'km2',
      Rent: 12.5,
      RentUnit: null,
      Sold: null,
      SoldUnit: null,
    });
  });

  it('is a type of fields, with the language of the page and the step that lost it', async () => {
    const body = '<table lang=en><tr><th>Elevation<td>1,351 m<tr><th>Prominence<td>unknown</table>';
    const fields = {
      height: { label: 'Elevation', type: 'quantity' },
      all: { select: 'td', list: true, type: 'quantity' },
      prominence: { label: 'Prominence', type: 'quantity' },
    };
    const height = { value: 1351, unit: 'm' };
    expect(await fieldsWith(fields, body)).toEqual({ height, all: [height, null], prominence: null });
    const json = { contentType: 'application/json' };
    const inJson = await fieldsWith(
      { w: { path: 'w', type: 'quantity' }, n: { path: 'n', type: 'quantity' } },
      '{"w":"1.351 kg","n":3}',
      json,
    );
    expect(inJson).toEqual({ w: { value: 1.351, unit: 'kg' }, n: { value: 3, unit: null } });
  });
});
