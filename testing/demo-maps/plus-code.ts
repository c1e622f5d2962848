const digits = '23456789CFGHJMPQRVWX';

/** The global Open Location Code of ten digits, such as 8G6MM2CR+6X (google/open-location-code, "Encoding"). */
export function encodePlusCode(lat: number, lng: number): string {
  const steps = 8000;
  let row = Math.min(Math.floor((lat + 90) * steps + 1e-9), 180 * steps - 1);
  let column = Math.floor(((((lng + 180) % 360) + 360) % 360) * steps + 1e-9);
  let code = '';
  for (let pair = 0; pair < 5; pair += 1) {
    code = `${digits[row % 20]}${digits[column % 20]}${code}`;
    row = Math.floor(row / 20);
    column = Math.floor(column / 20);
  }
  return `${code.slice(0, 8)}+${code.slice(8)}`;
}
