export function loadPhones(): typeof import('libphonenumber-js/min');
