/**
 * What a window may load and reach: the program's own files and media, nothing inline and nothing from elsewhere.
 * @param mediaSource where media comes from: the page's own server, or Electron's `media:` scheme.
 */
export function contentSecurityPolicy(mediaSource: "'self'" | 'media:'): string {
  const own = mediaSource === "'self'" ? mediaSource : `'self' ${mediaSource}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    `img-src ${own} data: blob:`,
    `media-src ${own} blob:`,
    `connect-src ${own}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Sent with everything that a window loads. */
export function securityHeaders(mediaSource: "'self'" | 'media:'): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(mediaSource),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  };
}
