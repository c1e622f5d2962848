export function loadLuxon(): typeof import('luxon');
