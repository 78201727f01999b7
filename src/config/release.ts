/** Written by `npm run release-facts` from package.json. */
export const version = '0.2.0';
export const documentationUrl = 'https://developer.rechargepayments.com/2021-11';
