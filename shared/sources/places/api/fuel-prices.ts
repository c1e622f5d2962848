import { known } from '../../../places/known-fields.ts';
import type { FuelPrice } from '../../../places/place.ts';
import { readMoney } from './read-money.ts';
import { readList, readObject, readText } from './read-values.ts';

/** Of `fuelOptions` (Places API, FuelOptions). A price that cannot be read is left out. */
export function readFuelPrices(value: unknown): FuelPrice[] | undefined {
  const prices = readList(readObject(value)['fuelPrices']).flatMap((entry) => {
    const { type, price, updateTime } = readObject(entry);
    const fuel = readText(type);
    const money = readMoney(price);
    if (fuel === undefined || money === undefined) return [];
    return [
      known<FuelPrice>({ fuel, price: money.amount, currency: money.currency, at: readText(updateTime) }),
    ];
  });
  return prices.length === 0 ? undefined : prices;
}
