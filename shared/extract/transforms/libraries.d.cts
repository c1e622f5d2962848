export function loadLuxon(): typeof import('luxon');
export function loadPhones(): typeof import('libphonenumber-js/min');
