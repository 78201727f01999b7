import type { ApiResponse } from './response.ts';
import { type ApiObject, isObject } from './api-object.ts';

/** What the client makes of a body, whose rows are its first list of objects. `requestedAt` is in milliseconds since the epoch. */
export function responseOf(body: object, requestedAt: number, link?: string): ApiResponse {
  const [key, rows] =
    Object.entries(body).find(([, value]) => Array.isArray(value) && value.every(isObject)) ?? [];
  return key === undefined
    ? { body: body as ApiObject, link, requestedAt }
    : { body: { ...body, [key]: [] }, rows, link, requestedAt };
}
