/**
 * Why the proxy that the environment names for this URL cannot be used, in a sentence; undefined where it can, or where
 * there is none. The value is not shown, since it may hold a password.
 */
export function proxyProblem(apiUrl: string, env: NodeJS.ProcessEnv): string | undefined {
  const name = `${new URL(apiUrl).protocol.slice(0, -1)}_proxy`;
  const wrong = [name, name.toUpperCase()].find((variable) => !isProxy(env[variable] ?? ''));
  return (
    wrong && `${wrong} is not the URL of an HTTP proxy. Set it to one such as http://host:port, or unset it.`
  );
}

function isProxy(value: string): boolean {
  if (value === '') return true;
  try {
    const { protocol, username, password } = new URL(value);
    decodeURIComponent(username + password);
    return protocol === 'http:' || protocol === 'https:';
  } catch {
    return false;
  }
}
