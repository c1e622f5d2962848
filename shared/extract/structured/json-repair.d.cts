export function loadJsonRepair(): typeof import('jsonrepair').jsonrepair;
