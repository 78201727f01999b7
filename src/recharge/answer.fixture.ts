import type { ApiAnswer } from './answer.ts';
import { type ApiObject, isObject } from './api-object.ts';

/** What the client makes of a body, whose rows are its first list of objects. `askedAt` is in milliseconds since the epoch. */
export function answerOf(body: object, askedAt: number, link?: string): ApiAnswer {
  const [key, rows] =
    Object.entries(body).find(([, value]) => Array.isArray(value) && value.every(isObject)) ?? [];
  return key === undefined
    ? { body: body as ApiObject, link, askedAt }
    : { body: { ...body, [key]: [] }, rows, link, askedAt };
}
