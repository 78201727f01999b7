import type { ApiAnswer, ApiObject } from './answer.ts';

/** What the client makes of a body, whose rows are its first list of objects. `askedAt` is in milliseconds since the epoch. */
export function answerOf(body: object, askedAt: number, link?: string): ApiAnswer {
  const [key, rows] = Object.entries(body).find(([, value]) => isListOfObjects(value)) ?? [];
  return key === undefined
    ? { body: body as ApiObject, link, askedAt }
    : { body: { ...body, [key]: [] }, rows, link, askedAt };
}

function isListOfObjects(value: unknown): boolean {
  const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  return Array.isArray(value) && value.every(isObject);
}
