import { createHash } from 'node:crypto';

const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

/** What a picture of the form is of: the text of picture.json, which a test compares with spec.json as it is now. */
export function sealOf(spec: { readonly connectionSpecification: object }, picture: Uint8Array): string {
  const seal = {
    connectionSpecification: hashOf(JSON.stringify(spec.connectionSpecification)),
    picture: hashOf(picture),
  };
  return `${JSON.stringify(seal, null, 2)}\n`;
}
