import type { IncomingMessage, RequestListener, Server } from 'node:http';

/** This machine by its addresses and names. Browsers resolve no name under `localhost` to anywhere else. */
const loopback = /^(?:127(?:\.\d{1,3}){3}|(?:[a-z\d-]{1,63}\.){0,8}localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a local server does not answer a request; undefined where it does. A `Host` that is not this machine is how a
 * foreign web page would reach it under a name of its own (DNS rebinding); an `Origin` says that a page's script asks,
 * and no page has anything to ask here.
 *
 * @param ownPages whether the server has pages of its own, which may ask it
 */
export function refuseForeign(request: IncomingMessage, ownPages = false): string | undefined {
  const { host, origin } = request.headers;
  if (host === undefined || !loopback.test(host))
    return `this server answers on this machine only: wanted a Host such as 127.0.0.1:1234, got ${host === undefined ? 'none' : 'another'}`;
  if (origin !== undefined && !(ownPages && origin === `http://${host}`))
    return 'this server answers no web page: wanted no Origin header, got one';
  return undefined;
}

/** Puts the guard before all that a server does. */
export function guardServer(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const refusal = refuseForeign(request);
    if (refusal === undefined) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    // Read to its end, for a client that is still sending cannot read the refusal.
    request.resume();
    const body = JSON.stringify({ __type: 'AccessDeniedException', message: refusal });
    response.writeHead(403, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(body);
  });
}
