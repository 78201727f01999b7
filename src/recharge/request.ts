import type { Scopes } from './scopes.ts';

export type ApiVersion = '2021-01' | '2021-11';
export type Query = Readonly<Record<string, string | number>>;

export interface ApiRequest {
  readonly path: string;
  readonly query?: Query;
  readonly version: ApiVersion;
  /** The key the answer must have: a body without it is broken, never empty. */
  readonly key?: string;
  /** What the token needs for it, as far as is known. */
  readonly scopes?: Scopes;
}
