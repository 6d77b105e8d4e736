import type { IncomingMessage } from 'node:http';
import { refuseForeign } from '../loopback.ts';

/** Headers of every answer. Nothing from elsewhere is loaded, no inline script or style runs, nobody frames the page. */
export const guardHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Why a request is not answered; undefined where it is. Another site's script is told by `Sec-Fetch-Site` too.
 */
export function refuseRequest(request: IncomingMessage): Refusal | undefined {
  const foreign = refuseForeign(request, true);
  if (foreign !== undefined)
    return { status: 403, message: `${foreign}; open this page as http://127.0.0.1` };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, message: 'this page only reads: GET is all it takes' };
  const site = request.headers['sec-fetch-site'];
  const opened = request.headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !opened)
    return { status: 403, message: 'other sites may not read this page' };
  return undefined;
}
