/** How who receives a webhook checks that it comes from here; the README of the channels explains the rest. */
export const NODE_SNIPPET = `import { createHmac, timingSafeEqual } from 'node:crypto';

/** @param body as it came, before any parsing; @param header X-Tokengrip-Signature */
export function isFromTokengrip(secret, header, body, now = Date.now()) {
  const parts = header.split(',').map((part) => part.split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\\d+$/.test(time) || Math.abs(now / 1000 - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(\`\${time}.\`).update(body).digest();
  return parts
    .filter(([name]) => name === 'v1')
    .map(([, hex]) => Buffer.from(hex ?? '', 'hex'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
`;

export const PYTHON_SNIPPET = `import hashlib, hmac, time

def is_from_tokengrip(secret: str, header: str, body: bytes, now: float | None = None) -> bool:
    parts = [part.partition("=")[::2] for part in header.split(",")]
    sent = next((value for name, value in parts if name == "t"), "")
    if not sent.isdigit() or abs((now or time.time()) - int(sent)) > 300:
        return False
    expected = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(value, expected) for name, value in parts if name == "v1")
`;
