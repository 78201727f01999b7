/** What every command but `spec` needs: the second of the two bundles. */
export { runCommand } from './airbyte/entrypoint.ts';
export { rechargeSource as source } from './source.ts';
