import type { Incident } from '#core/report/incident.ts';

/** Instants are ISO 8601; `to` is null while it goes on. */
export function incidentJson({ provider, from, to, note }: Incident) {
  return {
    provider,
    from: new Date(from).toISOString(),
    to: to === null ? null : new Date(to).toISOString(),
    note,
  };
}
