export const extract = 1;
