import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A value as deflated JSON, for an attribute of an item. */
export function packJson(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value));
}

/** The value that {@link packJson} packed. @throws Error where the attribute is no such thing */
export function unpackJson<T>(packed: unknown): T {
  return JSON.parse(inflateRawSync(packed as Uint8Array).toString()) as T;
}
